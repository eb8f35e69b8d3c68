//! What the compiler rejects, and in which words: one fault a file, under the
//! option that it belongs to. What is legal and unusual stands in `ui-pass`.

use std::process::Command;

/// The compiler whose messages are pinned. Another one words, or draws, some
/// of its own messages differently.
const PINNED: &str = "rustc 1.95.";

#[test]
fn misuse_is_answered() {
    let version = rustc_version();
    if version.starts_with(PINNED) {
        trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
    } else {
        println!("messages are pinned for {PINNED}*, and not compared under {version}");
    }
}

#[test]
fn unusual_shapes_compile_without_warnings() {
    trybuild::TestCases::new().pass("tests/ui-pass/*.rs");
}

/// What cargo compiles with: `RUSTC` where it is set, as in cargo itself.
fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    output.map_or_else(
        |error| format!("no rustc at all: {error}"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
