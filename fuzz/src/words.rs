//! The words of policies: read or refused, never a panic; what is read is
//! printed so that it is read as the same.

use retry_runtime::{Backoff, Budget, Jitter, Policy};
use retry_words::{DurationWords, parse_duration};
use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::time::Duration;

/// A policy from text, and a budget from the same.
///
/// # Panics
///
/// A policy that is read and not printed as the same, or a fault without words.
pub fn policy(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(policy) = round_trip::<Policy>(&text) {
        assert_eq!(policy.check(), Ok(policy), "{text}");
    }
    if let Err(error) = text.parse::<Budget>() {
        assert!(!error.to_string().is_empty());
    }
}

/// A backoff, a jitter and a duration from the same text. Its first byte is
/// the chance that delays are drawn with.
///
/// # Panics
///
/// A delay out of bounds; what is read and not printed as the same.
pub fn words(data: &[u8]) {
    let (chance, text) = data.split_at(data.len().min(1));
    let chance = f64::from(chance.first().copied().unwrap_or_default()) / 256.0;
    let text = String::from_utf8_lossy(text);
    if let Some(backoff) = round_trip::<Backoff>(&text) {
        delays_keep_their_bounds(&backoff, chance);
    }
    if let Some(jitter) = round_trip::<Jitter>(&text) {
        for delay in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
            assert!(jitter.apply(delay, chance) <= delay, "{jitter}");
        }
    }
    match parse_duration(&text) {
        Ok(duration) => {
            let printed = DurationWords(duration).to_string();
            assert_eq!(parse_duration(&printed), Ok(duration), "{printed}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn delays_keep_their_bounds(backoff: &Backoff, chance: f64) {
    let mut previous = Duration::ZERO;
    for retry in (1..40).chain([u32::MAX]) {
        previous = backoff.delay(retry, previous, chance);
        assert!(previous <= backoff.longest(), "{backoff} at {retry}");
        assert!(previous >= backoff.shortest_first(), "{backoff} at {retry}");
    }
}

fn round_trip<T>(text: &str) -> Option<T>
where
    T: FromStr + Display + Debug + PartialEq,
    T::Err: Display + Debug + PartialEq,
{
    match text.parse::<T>() {
        Ok(value) => {
            let printed = value.to_string();
            assert_eq!(printed.parse::<T>().as_ref(), Ok(&value), "{printed}");
            Some(value)
        }
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{error:?} says nothing");
            None
        }
    }
}
