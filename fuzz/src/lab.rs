//! The arguments of `retry-lab`.

use retry_lab::cli::{self, Asked};
use retry_lab::comparison::Comparison;
use std::ffi::OsString;

/// So many calls are simulated; what asks for more is only read.
const FEW_CALLS: f64 = 300.0;

/// Arguments, one a line: done, or refused in a sentence. A file is not written, and only
/// a short outage is simulated.
///
/// # Panics
///
/// A complaint that is no sentence; a figure that is no number; a command line that, as it
/// is printed for a shell, asks for something else.
pub fn lab(data: &[u8]) {
    let arguments: Vec<OsString> = data.split(|byte| *byte == b'\n').map(argument).collect();
    let writes = |argument: &OsString| {
        let text = argument.to_string_lossy();
        text.contains("html") || text.contains("svg")
    };
    if arguments.iter().any(writes) {
        return;
    }
    if arguments[0] != "outage" {
        return run(arguments);
    }
    match cli::outage(arguments[1..].iter().cloned()) {
        Ok(asked) => simulates(asked),
        // What the program says of it; or it lists the scenarios.
        Err(fault) => {
            assert!(is_a_sentence(&fault), "{fault:?}");
            run(arguments);
        }
    }
}

#[cfg(unix)]
fn argument(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn argument(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn is_a_sentence(fault: &str) -> bool {
    !fault.trim().is_empty() && fault.contains([':', ' '])
}

fn run(arguments: Vec<OsString>) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = cli::run(arguments, &mut out, &mut err, false);
    let out = String::from_utf8(out).expect("it prints text");
    let err = String::from_utf8(err).expect("it complains in text");
    assert!(!has_no_number(&out), "{out}");
    match status {
        0 => assert!(err.is_empty() && !out.is_empty(), "{err}"),
        2 => {
            let sentence = err.strip_prefix("retry-lab: ");
            assert!(sentence.is_some_and(is_a_sentence), "{err}");
            assert_eq!(out, "");
        }
        status => panic!("{status}: {err}"),
    }
}

/// Whether a figure came out as none.
fn has_no_number(text: &str) -> bool {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.into_iter().any(|word| word == "NaN" || word == "inf")
}

fn simulates(asked: Asked) {
    let setup = &asked.setup;
    assert!(setup.clients > 0 && !asked.title.is_empty());
    let calls = setup.demand() * setup.length.as_secs_f64();
    assert!(calls.is_finite() && calls > 0.0, "{setup:?}");
    let words = words_of_a_shell(&asked.command);
    let again = cli::outage(&words[2..]).expect("it was understood before");
    assert_eq!(again.command, asked.command);
    assert_eq!(format!("{:?}", again.setup), format!("{setup:?}"));
    if calls <= FEW_CALLS {
        let comparison = Comparison::run(asked.setup, asked.title, asked.entries, |_, _| ());
        let page = comparison.page(&asked.command);
        assert!(!has_no_number(&comparison.text()), "{}", comparison.text());
        assert!(page.starts_with("<!doctype html>"));
    }
}

/// Splits a line as `sh` does, so far as there are blanks, `'..'` and `\'`.
fn words_of_a_shell(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => quoted = !quoted,
            '\\' if !quoted => word.extend(letters.next()),
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            other => word.push(other),
        }
    }
    words.push(word);
    words
}
