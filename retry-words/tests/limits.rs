//! Which limits fit one another and the backoff, at their edges.

use retry_words::{Backoff, InvalidPolicy, Jitter, Limits, check_limits};
use std::time::Duration;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// With a first retry after 50 ms at the earliest.
fn check(limits: Limits) -> Result<(), InvalidPolicy> {
    check_limits(&Backoff::DEFAULT, Jitter::EQUAL, limits)
}

/// Three retries, and nothing else.
const LIMITS: Limits = Limits {
    max: 3,
    timeout: None,
    deadline: None,
    retry_for: None,
};

fn timeout(millis: u64) -> Limits {
    Limits {
        timeout: Some(ms(millis)),
        ..LIMITS
    }
}

fn deadline(millis: u64) -> Limits {
    Limits {
        deadline: Some(ms(millis)),
        ..LIMITS
    }
}

fn retry_for(millis: u64) -> Limits {
    Limits {
        retry_for: Some(ms(millis)),
        ..LIMITS
    }
}

#[test]
fn none_is_zero() {
    assert_eq!(check(LIMITS), Ok(()));
    assert_eq!(check(timeout(0)), Err(InvalidPolicy::zero_timeout()));
    assert_eq!(check(deadline(0)), Err(InvalidPolicy::zero_deadline()));
    assert_eq!(check(retry_for(0)), Err(InvalidPolicy::zero_retry_for()));
}

#[test]
fn a_timeout_may_be_as_long_as_the_deadline() {
    let limits = |timeout| Limits {
        timeout: Some(ms(timeout)),
        ..deadline(400)
    };
    assert_eq!(check(limits(399)), Ok(()));
    assert_eq!(check(limits(400)), Ok(()));
    let error = InvalidPolicy::timeout_above_deadline(ms(401), ms(400));
    assert_eq!(check(limits(401)), Err(error));
}

#[test]
fn retries_end_before_the_deadline() {
    let limits = |retry_for| Limits {
        retry_for: Some(ms(retry_for)),
        ..deadline(400)
    };
    assert_eq!(check(limits(399)), Ok(()));
    for late in [400, 401] {
        let error = InvalidPolicy::retry_for_not_below_deadline(ms(late), ms(400));
        assert_eq!(check(limits(late)), Err(error));
    }
}

#[test]
fn the_first_retry_comes_before_the_deadline_and_no_later_than_retry_for() {
    for early in [49, 50] {
        let error = InvalidPolicy::deadline_before_retry(ms(early), ms(50));
        assert_eq!(check(deadline(early)), Err(error));
    }
    assert_eq!(check(deadline(51)), Ok(()));
    let error = InvalidPolicy::retry_for_before_retry(ms(49), ms(50));
    assert_eq!(check(retry_for(49)), Err(error));
    assert_eq!(check(retry_for(50)), Ok(()));
}

#[test]
fn a_wait_before_no_retry_is_no_trouble() {
    let without = |limits| Limits { max: 0, ..limits };
    assert_eq!(check(without(deadline(1))), Ok(()));
    assert_eq!(check(without(retry_for(1))), Ok(()));
}
