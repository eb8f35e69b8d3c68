//! The key that was meant by one that does not exist.

use super::key_info::{KeyInfo, list};

/// What is called otherwise elsewhere and is no key of its own here, or counts otherwise.
const OTHERWISE: &[(&[&str], &str)] = &[
    (
        &[
            "attempts",
            "max_attempts",
            "tries",
            "max_tries",
            "total_attempts",
        ],
        "did you mean `max`, less one? It counts the retries after the first attempt: `max = 3` is 4 attempts.",
    ),
    (
        &[
            "max_delay",
            "min_delay",
            "initial_delay",
            "initial_interval",
            "max_interval",
            "max_backoff",
            "initial_backoff",
            "factor",
            "multiplier",
            "base",
            "cap",
        ],
        "did you mean `backoff`? It has the first wait, the factor and the longest wait in one: `backoff = exp(100ms, 2, 1s)`.",
    ),
    (
        &["stop_after", "stop", "give_up_after", "until_elapsed"],
        "did you mean `max`, a number of retries, or `retry_for`, the time within which they start?",
    ),
];

/// The message for a key that does not exist.
pub(super) fn unknown(written: &str, keys: &[KeyInfo]) -> String {
    let otherwise = OTHERWISE.iter().find(|(names, _)| names.contains(&written));
    if let Some((_, meant)) = otherwise {
        return format!(
            "there is no key `{written}`: {meant} The keys are {}",
            list(keys)
        );
    }
    let all: Vec<&KeyInfo> = keys.iter().collect();
    let near = retry_words::misspelt(written, &all, |key| key.name);
    let meant = match (known_elsewhere(written, keys), near) {
        (Some(key), _) => format!(": did you mean `{}`,{}?", key.name, key.help),
        (None, Some(key)) => format!(": did you mean `{}`?", key.name),
        (None, None) => String::from("."),
    };
    let known = list(keys);
    format!("there is no key `{written}`{meant} The keys are {known}")
}

/// The key that has this name in other crates.
fn known_elsewhere<'k>(written: &str, keys: &'k [KeyInfo]) -> Option<&'k KeyInfo> {
    keys.iter().find(|key| key.elsewhere.contains(&written))
}
