//! A call as it is asked and told: with a real budget and clock.

use super::{Call, FailedAttempt, Happened, Judgement, Packed, Ruling, Site, Terms};
use crate::budget::Budget;
use crate::ended::Ended;
use crate::engine::chain_stop::layer_sync;
use crate::observe::Shown;
use crate::observe::subject::{Name, Subject};
use crate::policy::Policy;
use crate::time::limit::Deadline;
use crate::verdict::Verdict;
use retry_idempotency::attempt_scope::AttemptScope;
use retry_words::{Backoff, Jitter};
use std::sync::LazyLock;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn policy(max: u32) -> Policy {
    Policy::DEFAULT.with_max(max).with_backoff(Backoff::none())
}

fn site(max: u32) -> Site {
    Site::new(Name::written("call"), policy(max))
}

/// Next to nothing is earned, so that a token more or less shows.
fn budget() -> Budget {
    Budget::new(1).unwrap()
}

/// What the budget has, in whole tokens.
fn tokens(budget: &Budget) -> u32 {
    (0..100)
        .find(|tokens| budget.level() < f64::from(*tokens) + 0.9)
        .unwrap()
}

fn transient() -> Judgement {
    Judgement::of(Verdict::transient())
}

fn fails(call: &mut Call, terms: Terms<'_>) -> Result<Duration, Ended> {
    call.failed(FailedAttempt::under(terms, transient()))
}

#[test]
fn limits_are_those_of_the_policy() {
    let site = Site::new(
        Name::written("call"),
        policy(3)
            .with_deadline(SECOND * 60)
            .with_retry_for(SECOND * 50),
    );
    let left = |limit: Option<Deadline>| limit.and_then(|limit| limit.remaining());
    assert!(left(Ruling::NONE.deadline(&site)).is_some_and(|left| left > SECOND * 59));
    assert!(
        left(Ruling::NONE.retry_until(&site))
            .is_some_and(|left| (SECOND * 49..=SECOND * 50).contains(&left))
    );
    assert!(
        Ruling::NONE
            .limit(&site, Ruling::NONE.deadline(&site))
            .is_some()
    );
    assert!(Ruling::NONE.limit(&site, None).is_none());
}

#[test]
fn a_first_attempt_is_no_retry_and_the_next_one_is() {
    let (site, budget) = (site(3), budget());
    let terms = site.paid_by(&budget);
    let mut call = Call::new();
    assert_eq!(
        (call.is_retry(), call.number(), call.is_after_failure()),
        (false, 1, false)
    );
    assert!(call.paid_by(terms.budget).is_none());
    assert_eq!(fails(&mut call, terms), Ok(Duration::ZERO));
    assert_eq!(
        (call.is_retry(), call.number(), call.is_after_failure()),
        (true, 2, true)
    );
    assert!(
        call.paid_by(terms.budget)
            .is_some_and(|payer| std::ptr::eq(payer, &raw const budget))
    );
    assert_eq!(call.scope(site.policy()), AttemptScope::RETRY);
    let told = call.retrying(transient(), SECOND);
    assert_eq!((told.attempt, told.delay), (1, SECOND));
    assert!(
        call.retrying_after(Happened::failure(transient()), SECOND)
            .is_some()
    );
    assert!(call.retrying_after(Happened::NOT_YET, SECOND).is_none());
    assert_eq!(call.end(Ended::Exhausted).attempts, 2);
    assert_eq!(call.end_before(Ended::Rejected).attempts, 1);
}

#[test]
fn not_yet_is_free_and_leaves_the_calls_inside_their_retries() {
    let (site, budget) = (site(3), budget());
    let terms = site.paid_by(&budget);
    let mut call = Call::new();
    let not_yet = FailedAttempt::of(terms, Happened::NOT_YET);
    assert_eq!(call.failed(not_yet), Ok(Duration::ZERO));
    assert_eq!((call.is_retry(), call.is_after_failure()), (true, false));
    assert_eq!(call.scope(site.policy()), AttemptScope::RETRY_WITH_NESTED);
    assert_eq!(tokens(&budget), 10);
}

#[test]
fn retries_are_paid_for_up_to_the_last() {
    let (site, budget) = (site(2), budget());
    let terms = site.paid_by(&budget);
    let mut call = Call::new();
    assert!(fails(&mut call, terms).is_ok());
    let beside = FailedAttempt::under(terms, transient());
    assert_eq!(call.failed_beside(2, beside), Ok(Duration::ZERO));
    assert_eq!(tokens(&budget), 8);
    assert_eq!(fails(&mut call, terms), Err(Ended::Exhausted));
    let beside = FailedAttempt::under(terms, transient());
    assert_eq!(call.failed_beside(3, beside), Err(Ended::Exhausted));
    assert_eq!(tokens(&budget), 8);
}

#[test]
fn a_retry_that_succeeds_pays_for_itself_and_a_first_attempt_does_not() {
    let (site, budget) = (site(3), budget());
    let terms = site.paid_by(&budget);
    Call::new().succeeded(terms);
    assert_eq!(tokens(&budget), 10);
    let mut call = Call::new();
    assert!(fails(&mut call, terms).is_ok());
    // One for the failure, since something has succeeded, and one for the retry.
    assert_eq!(tokens(&budget), 8);
    call.succeeded(terms);
    assert_eq!(tokens(&budget), 10);
    // The success itself has earned, too: a hundred of them a token.
    let before = budget.level();
    for _ in 0..100 {
        Call::new().succeeded(terms);
    }
    assert!(budget.level() > before + 0.5);
}

#[test]
fn what_does_not_start_is_given_back() {
    let (site, budget) = (site(3), budget());
    let terms = site.paid_by(&budget);
    let mut call = Call::new();
    drop(call.unstarted(terms.budget));
    assert_eq!(tokens(&budget), 10, "nothing was paid");
    assert!(fails(&mut call, terms).is_ok());
    assert_eq!(tokens(&budget), 9);
    let paid = call.unstarted(terms.budget);
    call.rejected(terms, paid, Shown::Not);
    assert_eq!(tokens(&budget), 10);
}

#[test]
fn a_hedge_counts_as_a_retry_and_comes_after_no_failure() {
    let (site, budget) = (site(1), budget());
    let mut call = Call::new();
    let token = call.hedge_token(site.policy(), Some(&budget));
    assert_eq!(tokens(&budget), 9);
    drop(token);
    assert_eq!(tokens(&budget), 10);
    assert!(call.hedge_token(site.policy(), None).is_some());
    call.hedge(Subject::of(Name::written("call")));
    assert_eq!((call.number(), call.is_after_failure()), (2, false));
    assert!(
        call.hedge_token(site.policy(), Some(&budget)).is_none(),
        "`max` is reached"
    );
    assert_eq!(tokens(&budget), 10);
}

/// What a retried function has in its code, where its budget is a static.
#[test]
fn a_budget_that_is_a_static_pays_and_earns() {
    static BUDGET: LazyLock<Budget> = LazyLock::new(Budget::standard);
    let (site, budget) = (site(3), Some(&*BUDGET));
    let mut call = Call::new();
    let decided = call.failed_at(&site, budget, Ruling::NONE, transient(), Shown::Not);
    assert_eq!((decided, call.number()), (Ok(Duration::ZERO), 2));
    assert_eq!(tokens(&BUDGET), 9);
    call.succeeded_at(&site, budget, Ruling::NONE);
    assert_eq!(
        tokens(&BUDGET),
        11,
        "the failure and the retry are paid back"
    );
    for _ in 0..20 {
        Call::new().succeeded_at(&site, budget, Ruling::NONE);
    }
    assert_eq!(tokens(&BUDGET), 14);
}

#[test]
fn the_world_is_asked_as_it_is() {
    let site = site(3);
    let decided = |change: fn(FailedAttempt<'_>) -> FailedAttempt<'_>| {
        let failed = FailedAttempt::under(site.unpaid(), transient());
        Call::new().failed(change(failed))
    };
    assert_eq!(decided(|failed| failed), Ok(Duration::ZERO));
    let closed = decided(|failed| failed.closed(Some(Ended::Budget)));
    assert_eq!(closed, Err(Ended::Budget));
    let late = decided(|failed| failed.deadline(Some(Deadline::after(Duration::ZERO))));
    assert_eq!(late, Err(Ended::Deadline));
    let late = decided(|failed| failed.retry_until(Some(Deadline::after(Duration::ZERO))));
    assert_eq!(late, Err(Ended::Exhausted));
    let nested = layer_sync(AttemptScope::RETRY, || decided(|failed| failed));
    assert_eq!(nested, Err(Ended::Nested));
}

#[test]
fn waits_are_drawn_anew_for_each_retry() {
    let jittered = policy(1_000)
        .with_backoff(Backoff::fixed(SECOND).unwrap())
        .with_jitter(Jitter::FULL);
    let site = Site::new(Name::written("call"), jittered);
    let mut call = Call::new();
    let mut waits: Vec<_> = (0..100)
        .map(|_| fails(&mut call, site.unpaid()).unwrap())
        .collect();
    waits.sort();
    assert!(waits[0] < SECOND / 4 && waits[99] > SECOND * 3 / 4);
    assert!(waits[99] <= SECOND);
    waits.dedup();
    assert!(waits.len() > 90);
}

#[test]
fn what_is_packed_comes_out_as_it_was() {
    let waits = [Duration::ZERO, Duration::new(1, 999_999_999), Duration::MAX];
    let ends = [
        Ended::Exhausted,
        Ended::Permanent,
        Ended::Budget,
        Ended::Deadline,
        Ended::Rejected,
        Ended::Pushback,
        Ended::Nested,
    ];
    let decisions = waits.map(Ok).into_iter().chain(ends.map(Err));
    for decision in decisions {
        assert_eq!(Packed::of(decision).unpacked(), decision);
    }
}
