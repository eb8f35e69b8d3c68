//! A policy in the attribute's own words: `max = 5, jitter = full, timeout = 2s`.

use super::Policy;
use retry_words::{Backoff, InvalidPolicy, Jitter};
use retry_words::{DurationWords, parse_duration};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// What can be set by a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyKey {
    Max,
    Backoff,
    Jitter,
    Timeout,
    Deadline,
    RetryFor,
    LongestPushback,
}

/// In the order in which they are printed.
const KEYS: [(&str, PolicyKey); 7] = [
    ("max", PolicyKey::Max),
    ("backoff", PolicyKey::Backoff),
    ("jitter", PolicyKey::Jitter),
    ("timeout", PolicyKey::Timeout),
    ("deadline", PolicyKey::Deadline),
    ("retry_for", PolicyKey::RetryFor),
    ("longest_pushback", PolicyKey::LongestPushback),
];

impl PolicyKey {
    pub(super) fn named(name: &str) -> Result<Self, InvalidPolicy> {
        let found = KEYS.iter().find(|(key, _)| *key == name);
        found.map_or_else(
            || Err(InvalidPolicy::unknown_key(name)),
            |(_, key)| Ok(*key),
        )
    }

    pub(crate) fn name(self) -> &'static str {
        KEYS.iter()
            .find(|(_, key)| *key == self)
            .map_or("", |(name, _)| name)
    }

    /// Whether the attribute takes the value in quotes too.
    const fn may_be_quoted(self) -> bool {
        !matches!(self, Self::Max)
    }
}

/// A policy of which some keys have been read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    policy: Policy,
    seen: [Option<PolicyKey>; KEYS.len()],
}

impl Draft {
    pub(crate) const NEW: Self = Self {
        policy: Policy::DEFAULT,
        seen: [None; KEYS.len()],
    };

    /// A key comes up; once at most.
    pub(super) fn meet(&mut self, key: PolicyKey) -> Result<(), InvalidPolicy> {
        if self.seen.contains(&Some(key)) {
            return Err(InvalidPolicy::duplicate_key(key.name()));
        }
        if let Some(free) = self.seen.iter_mut().find(|seen| seen.is_none()) {
            *free = Some(key);
        }
        Ok(())
    }

    /// A key that has come up says nothing.
    #[cfg(feature = "serde")]
    pub(super) fn leave_out(&mut self, key: PolicyKey) {
        for seen in &mut self.seen {
            *seen = seen.filter(|seen| *seen != key);
        }
    }

    /// Reads the value of a key.
    pub(super) fn set(&mut self, key: PolicyKey, value: &str) -> Result<(), InvalidPolicy> {
        if value.is_empty() {
            return Err(InvalidPolicy::key_without_value(key.name()));
        }
        let policy = &mut self.policy;
        match key {
            PolicyKey::Max => policy.max = Some(retries(value)?),
            PolicyKey::Backoff => policy.backoff = value.parse()?,
            PolicyKey::Jitter => policy.jitter = Some(value.parse()?),
            PolicyKey::Timeout => policy.timeout = limit(value)?,
            PolicyKey::Deadline => policy.deadline = limit(value)?,
            PolicyKey::RetryFor => policy.retry_for = limit(value)?,
            PolicyKey::LongestPushback => policy.longest_pushback = parse_duration(value)?,
        }
        Ok(())
    }

    /// The keys that were read.
    #[cfg(feature = "central")]
    pub(crate) fn keys(&self) -> impl Iterator<Item = PolicyKey> + '_ {
        KEYS.iter()
            .map(|(_, key)| *key)
            .filter(|key| self.has(*key))
    }

    /// The words of those keys, and nothing about the others: what does not fit together
    /// among them is refused, what each function has besides is not known here.
    #[cfg(feature = "central")]
    pub(crate) fn patch(self) -> Result<Self, InvalidPolicy> {
        let mut alone = self.policy;
        if !self.has(PolicyKey::Backoff) {
            alone.backoff = Backoff::none();
        }
        alone.check().map(|_| self)
    }

    #[cfg(feature = "central")]
    fn has(&self, key: PolicyKey) -> bool {
        self.seen.contains(&Some(key))
    }

    /// Gives `policy` the value that was read for `key`.
    #[cfg(feature = "central")]
    pub(crate) fn give(&self, key: PolicyKey, policy: &mut Policy) {
        let own = &self.policy;
        match key {
            PolicyKey::Max => policy.max = own.max,
            PolicyKey::Backoff => policy.backoff = own.backoff,
            PolicyKey::Jitter => policy.jitter = own.jitter,
            PolicyKey::Timeout => policy.timeout = own.timeout,
            // An operator's ceiling stays one.
            PolicyKey::Deadline if policy.deadline_is_ceiling => {
                let both = policy.deadline.into_iter().chain(own.deadline);
                policy.deadline = both.min();
            }
            PolicyKey::Deadline => policy.deadline = own.deadline,
            PolicyKey::RetryFor => policy.retry_for = own.retry_for,
            PolicyKey::LongestPushback => policy.longest_pushback = own.longest_pushback,
        }
    }

    /// What was read for `key`; `None` where it says that there is no limit.
    #[cfg(feature = "central")]
    pub(crate) fn word(&self, key: PolicyKey) -> Option<String> {
        let own = &self.policy;
        let limit = |limit: Duration| DurationWords(limit).to_string();
        match key {
            PolicyKey::Max => Some(Value::Retries(own.max()).to_string()),
            PolicyKey::Backoff => Some(own.backoff.to_string()),
            PolicyKey::Jitter => Some(own.jitter().to_string()),
            PolicyKey::Timeout => own.timeout.map(limit),
            PolicyKey::Deadline => own.deadline.map(limit),
            PolicyKey::RetryFor => own.retry_for.map(limit),
            PolicyKey::LongestPushback => Some(limit(own.longest_pushback)),
        }
    }

    /// Takes over what `from` says of `key`.
    #[cfg(feature = "central")]
    pub(crate) fn take(&mut self, key: PolicyKey, from: &Self) {
        from.give(key, &mut self.policy);
        if !self.has(key) {
            // There is room for each key once.
            if let Some(free) = self.seen.iter_mut().find(|seen| seen.is_none()) {
                *free = Some(key);
            }
        }
    }

    /// The policy, if its settings fit one another.
    pub(super) fn finish(self) -> Result<Policy, InvalidPolicy> {
        self.policy.check()
    }
}

/// `2s`, or `none` as the attribute says it.
fn limit(value: &str) -> Result<Option<Duration>, InvalidPolicy> {
    if value == "none" {
        return Ok(None);
    }
    parse_duration(value).map(Some)
}

/// How `max` says that there is no limit.
const UNLIMITED: &str = "unlimited";

/// `3`, `1_000`, `unlimited`
fn retries(value: &str) -> Result<u32, InvalidPolicy> {
    if value == UNLIMITED {
        return Ok(u32::MAX);
    }
    let digits = value.replace('_', "");
    // `parse` would take a sign.
    let number = value
        .starts_with(|first: char| first.is_ascii_digit())
        .then(|| digits.parse());
    match number {
        Some(Ok(number)) => Ok(number),
        _ => Err(InvalidPolicy::bad_max(value)),
    }
}

/// Reads the attribute's own words, in any order. A key that is left out has
/// its default, so that an empty text is [`Policy::DEFAULT`]; `none` says of `timeout`,
/// `deadline` and `retry_for` that there is no limit. Values may stand
/// in double quotes where the attribute takes them so; a comma may stand after
/// the last.
///
/// # Errors
///
/// [`InvalidPolicy`] for an unknown key (the message lists the keys), one that
/// is given twice or has no value, a value that cannot be read, and what
/// [`check`](Policy::check) refuses. `max = 0` is no error here, as it is in
/// the attribute: what is read at run time may turn retries off.
///
/// ```
/// use retry_runtime::{Jitter, Policy};
/// use std::time::Duration;
///
/// let policy: Policy = r#"timeout = 2s, max = 5, backoff = "fib(10ms, 1s)""#.parse()?;
/// assert_eq!(policy.to_string(), "max = 5, backoff = fib(10ms, 1s), timeout = 2s");
///
/// let error = "retries = 5".parse::<Policy>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`retries` is not a key of a policy: write one of max, backoff, jitter, timeout, \
///      deadline, retry_for, longest_pushback"
/// );
/// # Ok::<(), retry_runtime::InvalidPolicy>(())
/// ```
impl FromStr for Policy {
    type Err = InvalidPolicy;

    fn from_str(text: &str) -> Result<Self, InvalidPolicy> {
        Draft::read(text)?.finish()
    }
}

impl Draft {
    /// Reads the keys of a text.
    pub(crate) fn read(text: &str) -> Result<Self, InvalidPolicy> {
        let mut draft = Self::NEW;
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (setting, after) = first_setting(rest);
            let (name, value) = match setting.split_once('=') {
                Some((name, value)) => (name.trim(), value.trim()),
                None => (setting.trim(), ""),
            };
            let key = PolicyKey::named(name)?;
            draft.meet(key)?;
            draft.set(key, unquoted(key, value))?;
            rest = after.trim();
        }
        Ok(draft)
    }
}

/// `backoff = fib(1s, 2s), max = 3` → `backoff = fib(1s, 2s)`, ` max = 3`
fn first_setting(text: &str) -> (&str, &str) {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// `"2s"` → `2s`
fn unquoted(key: PolicyKey, value: &str) -> &str {
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    inner
        .filter(|_| key.may_be_quoted())
        .map_or(value, str::trim)
}

/// Prints what [`FromStr`] reads: `backoff` always, `max` too unless `retry_for` alone
/// bounds the retries, the rest where it is set. Parsing it gives an equal policy, if this one passes
/// [`check`](Policy::check).
///
/// ```
/// use retry_runtime::Policy;
///
/// assert_eq!(Policy::DEFAULT.to_string(), "max = 3, backoff = exp(100ms, 1.5, 1s)");
/// ```
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        self.settings(|key, value| {
            write!(f, "{between}{} = {value}", key.name())?;
            between = ", ";
            Ok(())
        })
    }
}

/// A setting's value.
pub(super) enum Value {
    Retries(u32),
    Backoff(Backoff),
    Jitter(Jitter),
    Duration(Duration),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retries(u32::MAX) => f.write_str(UNLIMITED),
            Self::Retries(retries) => retries.fmt(f),
            Self::Backoff(backoff) => backoff.fmt(f),
            Self::Jitter(jitter) => jitter.fmt(f),
            Self::Duration(duration) => DurationWords(*duration).fmt(f),
        }
    }
}

impl Policy {
    /// Each setting that has to be written down for the policy to be read back.
    pub(super) fn settings<E>(
        &self,
        mut write: impl FnMut(PolicyKey, Value) -> Result<(), E>,
    ) -> Result<(), E> {
        let pushback = self.longest_pushback;
        let pushback = (pushback != Self::DEFAULT.longest_pushback).then_some(pushback);
        // Not where `retry_for` alone bounds the retries: where an attribute lifts it, they
        // are 3.
        let max = match (self.max, self.retry_for) {
            (None, Some(_)) => None,
            _ => Some(self.max()),
        };
        let settings = [
            (PolicyKey::Max, max.map(Value::Retries)),
            (PolicyKey::Backoff, Some(Value::Backoff(self.backoff))),
            (PolicyKey::Jitter, self.jitter.map(Value::Jitter)),
            (PolicyKey::Timeout, self.timeout.map(Value::Duration)),
            (PolicyKey::Deadline, self.deadline.map(Value::Duration)),
            (PolicyKey::RetryFor, self.retry_for.map(Value::Duration)),
            (PolicyKey::LongestPushback, pushback.map(Value::Duration)),
        ];
        for (key, value) in settings {
            if let Some(value) = value {
                write(key, value)?;
            }
        }
        Ok(())
    }
}
