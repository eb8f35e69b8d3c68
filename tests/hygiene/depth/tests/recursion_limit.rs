//! How many retried functions may call one another before a user has to raise the
//! recursion limit. It compiles this package's library with the features that it names
//! itself.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target folder that this test was compiled into.
fn target() -> PathBuf {
    let this = env::current_exe().expect("a path");
    this.ancestors().nth(3).expect("target/debug/deps").into()
}

#[test]
fn chains_of_retried_functions_keep_to_the_default_limit() {
    let output = Command::new(env!("CARGO"))
        .args(["rustc", "--lib", "--offline", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target())
        .args(["--", "--cfg", "deep"])
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
