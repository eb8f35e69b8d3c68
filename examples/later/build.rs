//! Sets `has_redis` where the tests can start a server: without one, those that need
//! it are ignored, and say so. With `RETRY_REQUIRE_SERVERS=1` they run in any case,
//! and fail where it is missing.

use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(has_redis)");
    println!("cargo::rerun-if-env-changed=PATH");
    println!("cargo::rerun-if-env-changed=RETRY_REQUIRE_SERVERS");
    println!("cargo::rerun-if-changed=build.rs");
    let path = env::var_os("PATH").unwrap_or_default();
    let candidates: Vec<PathBuf> = env::split_paths(&path)
        .map(|dir| dir.join("redis-server"))
        .collect();
    let found = candidates.iter().find(|candidate| candidate.is_file());
    // A path that is missing makes cargo look again next time.
    if let Some(watched) = found.or(candidates.first()) {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let required = env::var_os("RETRY_REQUIRE_SERVERS").is_some_and(|value| value == "1");
    if found.is_some() || required {
        println!("cargo::rustc-cfg=has_redis");
    }
}
