//! Which limits fit one another and the backoff, at their edges.

use retry_words::{Backoff, InvalidPolicy, Jitter, Limits, check_limits};
use std::time::Duration;

const fn ms(ms: u64) -> Option<Duration> {
    Some(Duration::from_millis(ms))
}

/// With a first retry after 50 ms at the earliest.
fn check(limits: Limits) -> Result<(), InvalidPolicy> {
    check_limits(&Backoff::DEFAULT, Jitter::EQUAL, limits)
}

const LIMITS: Limits = Limits {
    max: 3,
    timeout: None,
    deadline: None,
    retry_for: None,
};

fn timeout(timeout: Option<Duration>) -> Limits {
    Limits { timeout, ..LIMITS }
}

fn deadline(deadline: Option<Duration>) -> Limits {
    Limits { deadline, ..LIMITS }
}

fn retry_for(retry_for: Option<Duration>) -> Limits {
    Limits {
        retry_for,
        ..LIMITS
    }
}

#[test]
fn none_is_zero() {
    assert_eq!(check(LIMITS), Ok(()));
    assert_eq!(check(timeout(ms(0))), Err(InvalidPolicy::zero_timeout()));
    assert_eq!(check(deadline(ms(0))), Err(InvalidPolicy::zero_deadline()));
    assert_eq!(
        check(retry_for(ms(0))),
        Err(InvalidPolicy::zero_retry_for())
    );
}

#[test]
fn a_timeout_may_be_as_long_as_the_deadline() {
    let limits = |ms_of| Limits {
        timeout: ms(ms_of),
        ..deadline(ms(400))
    };
    assert_eq!(check(limits(399)), Ok(()));
    assert_eq!(check(limits(400)), Ok(()));
    let too_long = Duration::from_millis(401);
    let error = InvalidPolicy::timeout_above_deadline(too_long, Duration::from_millis(400));
    assert_eq!(check(limits(401)), Err(error));
}

#[test]
fn retries_end_before_the_deadline() {
    let limits = |ms_of| Limits {
        retry_for: ms(ms_of),
        ..deadline(ms(400))
    };
    assert_eq!(check(limits(399)), Ok(()));
    for late in [400, 401] {
        let retry_for = Duration::from_millis(late);
        let whole = Duration::from_millis(400);
        let error = InvalidPolicy::retry_for_not_below_deadline(retry_for, whole);
        assert_eq!(check(limits(late)), Err(error));
    }
}

#[test]
fn the_first_retry_comes_before_the_deadline_and_no_later_than_retry_for() {
    let first = Duration::from_millis(50);
    for at in [49, 50] {
        let error = InvalidPolicy::deadline_before_retry(Duration::from_millis(at), first);
        assert_eq!(check(deadline(ms(at))), Err(error));
    }
    assert_eq!(check(deadline(ms(51))), Ok(()));
    let error = InvalidPolicy::retry_for_before_retry(Duration::from_millis(49), first);
    assert_eq!(check(retry_for(ms(49))), Err(error));
    assert_eq!(check(retry_for(ms(50))), Ok(()));
}

#[test]
fn a_wait_before_no_retry_is_no_trouble() {
    let without = |limits| Limits { max: 0, ..limits };
    assert_eq!(check(without(deadline(ms(1)))), Ok(()));
    assert_eq!(check(without(retry_for(ms(1)))), Ok(()));
}
