//! What bounds retries: whether the limits fit one another, whether a poll has an end, and
//! whether retries that may go on for long name the budget that pays for them.

use crate::options::Options;
use crate::options::spanned_key::SpannedKey;
use crate::plan::{BackoffPlan, Setting};
use crate::syntax::errors::Errors;
use retry_words::{Backoff, Jitter, Limits};
use std::time::Duration;

/// Compares the limits in time with one another and with the backoff, as far as they are
/// literals.
pub(super) fn check(options: &Options, errors: &mut Errors) {
    let literal = |key: &SpannedKey<Setting<Duration>>| {
        let literal = key.value().and_then(Setting::literal);
        literal.map(|literal| (literal.value, literal.span))
    };
    let timeout = literal(&options.timeout);
    let deadline = literal(&options.deadline);
    let retry_for = literal(&options.retry_for);
    let (backoff, jitter) = known_backoff(options);
    let check = |limits| retry_words::check_limits(&backoff, jitter, limits);
    let above = Limits {
        deadline: deadline.map(|(value, _)| value),
        ..Limits::default()
    };
    if let Some((timeout, span)) = timeout {
        let timeout = Some(timeout);
        errors.check_at(span, check(Limits { timeout, ..above }));
    }
    if let Some((retry_for, span)) = retry_for {
        let retry_for = Some(retry_for);
        let alone = Limits {
            max: 1,
            retry_for,
            ..Limits::default()
        };
        let below = check(Limits { retry_for, ..above });
        errors.check_at(span, below.and_then(|()| check(alone)));
    }
    if let Some((_, span)) = deadline {
        errors.check_at(span, check(Limits { max: 1, ..above }));
    }
}

/// The backoff and the jitter, or what waits least where they are not known.
fn known_backoff(options: &Options) -> (Backoff, Jitter) {
    let has_policy = options.policy.is_given();
    let backoff = match options.backoff.value() {
        Some(BackoffPlan::Words(backoff)) => Some(*backoff),
        None if !has_policy => Some(Backoff::DEFAULT),
        _ => None,
    };
    let jitter = match (options.jitter.value(), &backoff) {
        (Some(jitter), _) => jitter.value,
        (None, _) if has_policy => Jitter::FULL,
        (None, Some(backoff)) if backoff.is_random() => Jitter::NONE,
        (None, _) => Jitter::EQUAL,
    };
    (backoff.unwrap_or(Backoff::none()), jitter)
}

/// The most retries that a literal may allow without a word on what pays for them.
const MANY: u32 = 100;

/// Refuses retries that may go on for long and whose budget nobody has named.
pub(super) fn check_payer(options: &Options, errors: &mut Errors) {
    if options.budget.is_given() {
        return;
    }
    let max = options.max.value().and_then(Setting::literal);
    let max = max.filter(|max| max.value > MANY);
    let (span, what) = match (max, options.retry_for.span()) {
        (Some(max), _) if max.value == u32::MAX => (max.span, String::from("`max = unlimited`")),
        (Some(max), _) => (max.span, format!("a `max` above {MANY}")),
        (None, Some(span)) => (span, String::from("`retry_for`")),
        (None, None) => return,
    };
    errors.at(
        span,
        format!(
            "{what} can retry for long, and an outage lasts longer: say what pays for the retries, by `budget = none` for a loop that is nobody's load, or by a `&Budget` such as `budget = &self.budget`"
        ),
    );
}

/// Refuses a poll without an end, and what does not go with one.
pub(super) fn check_poll(options: &Options, errors: &mut Errors) {
    if let (Some(unfinished), None) = (options.unfinished.span(), options.until.span()) {
        errors.at(
            unfinished,
            "only a poll runs out unfinished: give its `until` too, or drop `unfinished`",
        );
    }
    let Some(until) = options.until.span() else {
        return;
    };
    let max = options.max.value();
    let is_unlimited = max
        .and_then(Setting::literal)
        .is_some_and(|max| max.value == u32::MAX);
    let is_bounded = (max.is_some() && !is_unlimited)
        || options.retry_for.is_given()
        || options.deadline.is_given();
    if !is_bounded {
        let what = match (is_unlimited, options.policy.is_given()) {
            (true, _) => ", and `unlimited` is none",
            (false, true) => ", and a `policy` alone is none",
            (false, false) => "",
        };
        errors.at(until, format!("a poll that is never answered would go on for ever: it needs a bound{what}: write `max = 20`, `retry_for = 30s` or `deadline = 30s`"));
    }
    if let Some(hedge) = options.hedge.span() {
        errors.at(hedge, "a poll asks again after a wait, not beside an attempt that has not answered: drop `hedge` or `until`");
    }
    if let Some(on_ok) = options.on_ok.span() {
        errors.at(on_ok, "`on_ok` is for responses that are failures, and `until` for those that are no answer yet: write one of the two");
    }
}
