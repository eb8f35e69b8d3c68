//! What the attribute writes for the README's first example, as the page "What
//! the macro writes" shows it.

use crate::entry;
use proc_macro2::TokenStream;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

/// The most lines of the formatted expansion. It is written into every retried function,
/// and read by whoever wants to know what the attribute does.
const LINES: usize = 38;

fn repository(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn tokens(code: &str) -> TokenStream {
    code.parse().expect("tokens")
}

/// `#[retry] async fn ..`, as the README has it → the function.
fn example() -> TokenStream {
    let readme = read("README.md");
    let (_, code) = readme.split_once("#[retry]\n").expect("an example");
    let (function, _) = code.split_once("\n}\n").expect("a function");
    tokens(&format!("{function}\n}}"))
}

/// In the style of the repository.
fn formatted(code: &TokenStream) -> String {
    let mut rustfmt = Command::new(env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into()))
        .args(["--edition", "2024", "--config-path"])
        .arg(repository("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt");
    let mut input = rustfmt.stdin.take().expect("piped");
    input.write_all(code.to_string().as_bytes()).expect("read");
    drop(input);
    let output = rustfmt.wait_with_output().expect("formatted");
    assert!(output.status.success(), "not Rust: {code}");
    String::from_utf8(output.stdout).expect("text")
}

/// `GOLDEN=overwrite cargo test -p retry-macros golden` writes the file and the
/// page anew. Read the difference before you keep it.
#[test]
fn the_readme_example_expands_as_shown() {
    const FILE: &str = "tests/golden/readme.rs";
    const PAGE: &str = "retry-runtime/docs/expansion.md";
    const FENCE: &str = "```text\n";
    let expanded = formatted(&entry::retry(TokenStream::new(), example()));
    let page = read(PAGE);
    let (before, rest) = page.split_once(FENCE).expect("the code on the page");
    let (shown, after) = rest.split_once("```").expect("its end");
    if env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        fs::write(repository(FILE), &expanded).expect("written");
        fs::write(
            repository(PAGE),
            format!("{before}{FENCE}{expanded}```{after}"),
        )
        .expect("written");
        return;
    }
    assert_eq!(expanded, read(FILE), "see GOLDEN=overwrite in {}", file!());
    assert_eq!(expanded, shown, "see GOLDEN=overwrite in {}", file!());
    let lines = expanded.lines().count();
    assert!(lines <= LINES, "{lines} lines, and {LINES} are allowed");
}
