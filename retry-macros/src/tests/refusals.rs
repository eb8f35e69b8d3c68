//! What is wrong is answered in the words that `tests/ui` shows, and what is right is not
//! refused. Where the messages point is for `tests/ui` itself, which asks the compiler.

use super::expander;
use crate::syntax::errors::Errors;
use proc_macro2::Span;
use quote::ToTokens;
use std::fs;
use std::path::{Path, PathBuf};

/// What a message of the compiler's own begins with.
const OF_RUSTC: &[&str] = &["cannot find attribute", "missing documentation", "unused "];

/// The files of a folder of the repository, and of the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn files_of(folder: &str) -> Vec<PathBuf> {
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder),
    )
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// The messages of ours in a `.stderr`: those of rustc's have a code, mostly.
fn told(stderr: &str) -> Vec<String> {
    let blocks = stderr.split("\n\n");
    let messages = blocks.filter_map(|block| {
        let block = block.strip_prefix("error: ")?;
        let is_of_rustc = OF_RUSTC.iter().any(|begin| block.starts_with(begin));
        let lines = block
            .lines()
            .take_while(|line| !line.trim_start().starts_with("--> "));
        let lines: Vec<_> = lines.map(str::trim).collect();
        (!is_of_rustc).then(|| lines.join("\n"))
    });
    sorted(messages.collect())
}

fn sorted(mut messages: Vec<String>) -> Vec<String> {
    messages.sort();
    messages
}

#[test]
fn misuse_is_answered_as_shown() {
    let mut seen = 0;
    for path in files_of("tests/ui") {
        // Half-typed code is passed on to rustc, and no test of this crate parses it.
        let Ok(file) = syn::parse_file(&read(&path)) else {
            continue;
        };
        // proc-macro2 writes a negative literal as two tokens outside of a compiler.
        let errors = expander::expand(file).errors.into_iter();
        let mut errors = sorted(errors.map(|error| error.replace("`- ", "`-")).collect());
        if path.to_string_lossy().contains("block") {
            // What is wrong with a block's options is told of each method, and shown once.
            errors.dedup();
        }
        let told = told(&read(&path.with_extension("stderr")));
        assert_eq!(errors, told, "{path:?}");
        seen += told.len();
    }
    assert!(seen > 300, "{seen} messages alone");
}

/// Else rustc would say that they do not exist, beside what is wrong.
#[test]
fn names_that_options_bind_are_bound_where_something_is_wrong() {
    let bound_by = |options: &str| {
        let item = format!("#[retry({options})] async fn get() -> R {{ call(at, key).await }}");
        let expanded = expander::expand(syn::parse_str(&item).expect("an item"));
        assert_eq!(expanded.errors.len(), 1, "{options}");
        let code = expanded.file.to_token_stream().to_string();
        ["at", "key"].map(|name| code.contains(&format!("let {name} = ")))
    };
    assert_eq!(bound_by("max = 0, attempt = at, key = key"), [true, true]);
    assert_eq!(bound_by("max = 0, attempt = at"), [true, false]);
    assert_eq!(bound_by("max = 0, key = key"), [false, true]);
    assert_eq!(bound_by("max = 0"), [false, false]);
}

/// Else a fault of the user's would be swallowed.
#[test]
#[should_panic(expected = "never reported")]
fn errors_that_are_forgotten_are_a_fault_of_this_crate() {
    let mut errors = Errors::default();
    errors.at(Span::call_site(), "what is wrong");
}
