//! The key that was meant by one that does not exist.

use super::key_info::{KeyInfo, list};

/// The message for a key that does not exist.
pub(super) fn unknown(written: &str, keys: &[KeyInfo]) -> String {
    let meant = match (known_elsewhere(written, keys), misspelt(written, keys)) {
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

/// The key that was meant, where at most two letters are wrong.
fn misspelt<'k>(written: &str, keys: &'k [KeyInfo]) -> Option<&'k KeyInfo> {
    let near = keys
        .iter()
        .min_by_key(|key| (distance(written, key.name), key.name))?;
    let distance = distance(written, near.name);
    (distance <= 2 && distance < near.name.len() / 2).then_some(near)
}

/// How many letters are to be put in, left out or changed to make `b` of `a`;
/// two letters swapped count as two.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        row[0] = left;
        for (j, b) in b.iter().enumerate() {
            let changed = corner + usize::from(a != *b);
            corner = row[j + 1];
            left = changed.min(corner + 1).min(left + 1);
            row[j + 1] = left;
        }
    }
    row[b.len()]
}
