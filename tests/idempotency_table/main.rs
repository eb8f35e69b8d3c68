//! Ways to hide a call that must not run twice in a retried function, and what
//! becomes of each: it does not compile (`refused.rs`).

#![allow(dead_code, unused, unexpected_cfgs)]

mod common;
#[cfg(refused)]
mod refused;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The lines of a file with an error, each with what the compiler says first.
fn errors(file: &str) -> BTreeMap<usize, String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["rustc", "--quiet", "--package", "retry-workspace"])
        .args(["--test", "idempotency_table", "--message-format", "short"])
        .args(["--", "--cfg", "refused"])
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stderr);
    let mut errors = BTreeMap::new();
    for line in text.lines() {
        let Some((place, message)) = line.split_once(": error") else {
            continue;
        };
        let place: Vec<_> = place.rsplitn(3, ':').collect();
        let [_, number, path] = place[..] else {
            panic!("an error without a place: {line}");
        };
        assert!(path.ends_with(file), "an error elsewhere: {line}");
        let number = number.parse().expect("the number of a line");
        errors.entry(number).or_insert_with(|| message.to_owned());
    }
    assert!(!errors.is_empty(), "{text}");
    errors
}

/// The lines of a file that are cases: `    name: { .. }`.
fn cases(file: &str) -> BTreeSet<usize> {
    let is_case =
        |line: &str| line.starts_with("    ") && line.contains(": { ") && line.ends_with('}');
    (1..)
        .zip(file.lines())
        .filter(|(_, line)| is_case(line))
        .map(|(number, _)| number)
        .collect()
}

#[test]
fn what_the_compiler_sees_does_not_compile() {
    const FILE: &str = include_str!("refused.rs");
    let (cases, errors) = (cases(FILE), errors("refused.rs"));
    let line = |number: &usize| FILE.lines().nth(number - 1).unwrap_or_default();
    let compiled: Vec<_> = cases
        .iter()
        .filter(|case| !errors.contains_key(case))
        .collect();
    assert!(
        compiled.is_empty(),
        "{:#?}",
        compiled.into_iter().map(line).collect::<Vec<_>>()
    );
    // What is wrong has to be what the case is about, and nothing else.
    const REFUSED: &[&str] = &[
        "E0277]: a retried function must not await a non-idempotent call",
        "E0277]: an `#[idempotent]` function awaits a non-idempotent call",
        "E0277]: `#[non_idempotent]` does not see that this is a future",
        "is not known to be an operation that may run twice",
        "E0283]: type annotations needed",
        ": the mark would be lost",
        ": each attempt would send another key",
        ": `key` is not used",
        ": a function that is `#[non_idempotent]` must not be retried",
        ": a function is either `#[idempotent]` or `#[non_idempotent]`",
    ];
    for (number, message) in &errors {
        let is_expected = REFUSED.iter().any(|refused| message.contains(refused));
        assert!(
            cases.contains(number) && is_expected,
            "{number}: {message}\n{}",
            line(number)
        );
    }
    assert!(cases.len() >= 200, "{} cases", cases.len());
}
