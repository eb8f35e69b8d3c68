//! The key that was meant by one that does not exist.

use super::key_info::{KeyInfo, list};

/// The message for a key that does not exist.
pub(super) fn unknown(written: &str, keys: &[KeyInfo]) -> String {
    let all: Vec<&KeyInfo> = keys.iter().collect();
    let near = retry_words::misspelt(written, &all, |key| key.name);
    let meant = match (known_elsewhere(written, keys), near) {
        // It need not mean the same elsewhere: `max_attempts` counts the first attempt too.
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
