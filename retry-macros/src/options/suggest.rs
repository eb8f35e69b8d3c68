//! The key that was meant by one that does not exist.

/// The key that was meant, where at most two letters are wrong.
pub(crate) fn misspelt(key: &str, keys: &[&'static str]) -> Option<&'static str> {
    let (distance, near) = keys
        .iter()
        .map(|known| (distance(key, known), *known))
        .min()?;
    (distance <= 2 && distance < near.len() / 2).then_some(near)
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

/// What people coming from other crates write for a key.
pub(crate) fn known_as(key: &str) -> Option<&'static str> {
    Some(match key {
        "max_retries" | "retries" | "times" | "attempts" | "max_attempts" | "tries" | "limit" => {
            "max"
        }
        "delay" | "strategy" | "interval" | "wait" => "backoff",
        "when" | "retry_if" | "if" | "condition" | "retry_on" | "retryable" => "on",
        "retry_if_ok" | "on_result" | "when_ok" => "on_ok",
        "time_out" | "attempt_timeout" => "timeout",
        "total" | "total_delay" | "max_elapsed" | "max_elapsed_time" => "deadline",
        "notify" | "on_retry" | "before" | "hook" => "before_retry",
        "sleeper" | "timer" => "sleep",
        _ => return None,
    })
}
