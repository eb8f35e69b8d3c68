//! Ways to hide a call that must not run twice in a retried function, and what
//! becomes of each: it does not compile (`refused.rs`, and `made.rs` for operations), a debug
//! build notices it (`noticed.rs`), or nobody does (`unseen.rs`).

#![allow(dead_code, unused, unexpected_cfgs)]

mod common;
#[cfg(refused)]
mod made;
#[cfg(not(refused))]
mod noticed;
mod operations;
mod own;
#[cfg(refused)]
mod refused;
#[cfg(not(refused))]
mod unseen;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The lines with an error, by their files, each with what the compiler says first.
fn errors() -> BTreeMap<(&'static str, usize), String> {
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
        let file = FILES.iter().find(|(file, _)| path.ends_with(file));
        let (file, _) = file.unwrap_or_else(|| panic!("an error elsewhere: {line}"));
        let number = number.parse().expect("the number of a line");
        errors
            .entry((*file, number))
            .or_insert_with(|| message.to_owned());
    }
    assert!(!errors.is_empty(), "{text}");
    errors
}

/// The files whose cases do not compile.
const FILES: &[(&str, &str)] = &[
    ("refused.rs", include_str!("refused.rs")),
    ("made.rs", include_str!("made.rs")),
];

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
    let errors = errors();
    let cases: BTreeSet<_> = FILES
        .iter()
        .flat_map(|(file, text)| cases(text).into_iter().map(move |number| (*file, number)))
        .collect();
    let line = |case: &(&str, usize)| {
        let file = FILES.iter().find(|(file, _)| *file == case.0);
        let text = file.map_or("", |(_, text)| *text);
        text.lines().nth(case.1 - 1).unwrap_or_default()
    };
    let compiled: Vec<_> = cases
        .iter()
        .filter(|case| !errors.contains_key(case))
        .map(line)
        .collect();
    assert!(compiled.is_empty(), "{compiled:#?}");
    // What is wrong has to be what the case is about, and nothing else.
    const REFUSED: &[&str] = &[
        "E0277]: a retried function must not await a non-idempotent call",
        "E0277]: an `#[idempotent]` function awaits a non-idempotent call",
        "E0277]: an `#[idempotent]` function takes",
        "E0277]: `#[non_idempotent]` does not see that this is a future",
        "is not known to be an operation that may run twice",
        "E0283]: type annotations needed",
        ": the mark would be lost",
        ": each attempt would send another key",
        ": `key` is not used",
        ": an `#[idempotent]` function makes a key",
        ": a function that is `#[non_idempotent]` must not be retried",
        ": a function is either `#[idempotent]` or `#[non_idempotent]`",
    ];
    for (case, message) in &errors {
        let is_expected = REFUSED.iter().any(|refused| message.contains(refused));
        assert!(
            cases.contains(case) && is_expected,
            "{case:?}: {message}\n{}",
            line(case)
        );
    }
    assert!(cases.len() >= 900, "{} cases", cases.len());
}

#[cfg(not(refused))]
mod at_run_time {
    use super::{noticed, unseen};
    use futures::FutureExt as _;
    use std::panic::AssertUnwindSafe;
    use std::pin::Pin;

    type Case = (
        &'static str,
        Pin<Box<dyn Future<Output = std::io::Result<u64>>>>,
    );

    /// What each case panics with, if it does.
    async fn run(cases: Vec<Case>) -> Vec<(&'static str, Option<String>)> {
        let mut outcomes = Vec::new();
        for (name, case) in cases {
            let outcome = AssertUnwindSafe(case).catch_unwind().await;
            let panicked = outcome
                .err()
                .map(|payload| match payload.downcast::<String>() {
                    Ok(message) => *message,
                    Err(_) => String::from("something else"),
                });
            outcomes.push((name, panicked));
        }
        outcomes
    }

    #[tokio::test]
    async fn what_the_compiler_does_not_see_is_noticed_by_the_first_attempt() {
        let mut cases = noticed::noticed_bodies();
        cases.extend(noticed::noticed_items());
        assert!(cases.len() >= 80, "{} cases", cases.len());
        for (name, panicked) in run(cases).await {
            let message = panicked.unwrap_or_else(|| panic!("{name} was not noticed"));
            let says = |part: &str| assert!(message.contains(part), "{name}: {message}");
            // A future that was marked by hand has no name but its type's.
            let is_named = ["idempotency_table", "<idempotency_table", "core::future"]
                .iter()
                .any(|path| message.contains(&format!("the non-idempotent call `{path}::")));
            assert!(is_named, "{name}: {message}");
            says("is part of a retried function");
            says(".assume_idempotent()");
        }
    }

    #[tokio::test]
    async fn what_nobody_notices_is_listed() {
        let mut cases = unseen::unseen();
        cases.extend(unseen::unseen_items());
        for (name, panicked) in run(cases).await {
            assert_eq!(panicked, None, "{name} is noticed: it goes to another list");
        }
    }

    #[tokio::test]
    async fn what_is_right_is_not_noticed() {
        for (name, panicked) in run(unseen::silent()).await {
            assert_eq!(panicked, None, "{name}");
        }
    }
}
