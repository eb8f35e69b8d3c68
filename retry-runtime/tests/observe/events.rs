//! Events: one for each retry, and one for how the call ended.

use super::support::{Fault, seen};
use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Budget, Jitter, Policy, Verdict, retry};
use std::fmt;
use std::time::Duration;
use tokio::time::sleep;

#[retry(max = 2, backoff = exp(100ms, 2, 1s), jitter = none, name = "users.get")]
async fn fail(fault: fn(u32) -> Result<u32, Fault>, number: &mut u32) -> Result<u32, Fault> {
    *number += 1;
    fault(*number)
}

#[test]
fn each_retry_is_a_warning_and_their_end_an_error() {
    let (_, seen) = seen(fail(|_| Err(Fault::TRANSIENT), &mut 0));
    assert_eq!(
        seen.events,
        [
            "WARN attempt failed, retrying function=\"users.get\" attempt=1 of=3 \
             error=the server is down delay=100 verdict=transient",
            "WARN attempt failed, retrying function=\"users.get\" attempt=2 of=3 \
             error=the server is down delay=200 verdict=transient",
            "ERROR call failed, retries ended function=\"users.get\" attempt=3 of=3 \
             error=the server is down verdict=transient ended=\"exhausted\"",
        ]
    );
}

#[test]
fn a_success_after_retries_is_told_with_their_number() {
    let fault = |number| match number {
        1 => Err(Fault::REFUSED),
        _ => Ok(number),
    };
    let (_, seen) = seen(fail(fault, &mut 0));
    assert_eq!(
        seen.events,
        [
            "WARN attempt failed, retrying function=\"users.get\" attempt=1 of=3 \
             error=the server is down delay=2000 verdict=refused, after 2s",
            "INFO call succeeded after retries function=\"users.get\" attempts=2",
        ]
    );
}

#[test]
fn a_success_at_once_is_nothing_to_tell() {
    let (_, seen) = seen(fail(Ok, &mut 0));
    assert!(seen.events.is_empty());
}

#[test]
fn a_permanent_error_is_no_alarm() {
    let (_, seen) = seen(fail(|_| Err(Fault::PERMANENT), &mut 0));
    assert_eq!(
        seen.events,
        [
            "DEBUG attempt failed, not retried function=\"users.get\" attempt=1 of=3 \
             error=the server is down verdict=permanent ended=\"permanent\""
        ]
    );
}

#[retry(max = 1, backoff = none, name = "outer")]
async fn outer() -> Result<u32, Fault> {
    fail(|_| Err(Fault::TRANSIENT), &mut 0).await
}

#[test]
fn what_an_outer_retry_holds_back_is_no_alarm_either() {
    let (_, seen) = seen(outer());
    let inner: Vec<_> = seen.events[3..].iter().map(String::as_str).collect();
    assert_eq!(
        inner,
        [
            "WARN attempt failed, retrying function=\"outer\" attempt=1 of=2 \
             error=the server is down delay=0 verdict=transient",
            "DEBUG attempt failed, not retried function=\"users.get\" attempt=1 of=3 \
             error=the server is down verdict=transient ended=\"nested\"",
            "ERROR call failed, retries ended function=\"outer\" attempt=2 of=2 \
             error=the server is down verdict=transient ended=\"exhausted\"",
        ]
    );
}

#[retry(hedge = 50ms, attempt = at, name = "hedged")]
async fn hedged() -> Result<u32, Fault> {
    if !at.is_retry() {
        sleep(Duration::from_secs(60)).await;
    }
    Ok(at.number())
}

#[test]
fn a_hedge_is_told_when_it_starts() {
    let (_, seen) = seen(hedged());
    assert_eq!(
        seen.events,
        [
            "INFO no answer yet, hedging function=\"hedged\" attempt=2",
            "INFO call succeeded after retries function=\"hedged\" attempts=2",
        ]
    );
}

struct Open;

impl Gate for Open {
    fn admit(&self) -> Result<Admission, Rejected> {
        Err(Rejected::new())
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}

#[retry(name = "ends", backoff = exp(600ms, 2, 2s), jitter = none, deadline = 1s,
        elapsed = |_| Fault::TRANSIENT, budget = budget)]
async fn ends(budget: &Budget, verdict: Verdict) -> Result<u32, Fault> {
    Err(Fault { verdict })
}

#[retry(breaker = Open, rejected = |_| Fault::PERMANENT, name = "rejected")]
async fn rejected() -> Result<u32, Fault> {
    Ok(1)
}

#[test]
fn every_end_says_why() {
    let end = |events: &[String]| {
        let (_, reason) = events.last().unwrap().rsplit_once("ended=").unwrap();
        assert!(events.last().unwrap().starts_with("ERROR"));
        reason.to_owned()
    };
    let full = Budget::standard();
    let (_, deadline) = seen(ends(&full, Verdict::transient()));
    assert_eq!(end(&deadline.events), "\"deadline\"");
    let hour = Duration::from_secs(3600);
    let (_, pushback) = seen(ends(&full, Verdict::transient().with_pushback(hour)));
    assert_eq!(end(&pushback.events), "\"pushback\"");
    let (_, broken) = seen(rejected());
    assert_eq!(end(&broken.events), "\"rejected\"");
    let poor = Budget::standard();
    while poor.try_retry(1) {}
    let call = Policy::DEFAULT
        .with_max(0)
        .run(async |_| Err::<(), _>(Fault::TRANSIENT))
        .untimed();
    let (_, none) = seen(call);
    assert_eq!(end(&none.events), "\"exhausted\"");
    let (_, spent) = seen(soon(&poor));
    assert_eq!(end(&spent.events), "\"budget\"");
}

#[retry(budget = budget, max = 1)]
async fn soon(budget: &Budget) -> Result<u32, Fault> {
    Err(Fault::TRANSIENT)
}

#[derive(Debug)]
struct OnlyDebug;

struct Neither;

#[retry(max = 1, on = |_| true)]
async fn only_debug() -> Result<u32, OnlyDebug> {
    Err(OnlyDebug)
}

#[retry(max = 1, on = |_| true)]
async fn neither() -> Result<u32, Neither> {
    Err(Neither)
}

#[retry(max = 1, on = |_| true)]
async fn generic<E: fmt::Display>(error: fn() -> E) -> Result<u32, E> {
    Err(error())
}

#[test]
fn errors_are_shown_by_what_they_have() {
    assert!(seen(only_debug()).1.events[0].contains(" error=OnlyDebug "));
    assert!(seen(neither()).1.events[0].contains(" error=not printable "));
    assert!(seen(generic(|| "by its bound")).1.events[0].contains(" error=by its bound "));
}

#[retry(max = 1, backoff = none, on_ok = |status| *status == 503, name = "by_status")]
async fn by_status(answer: u32) -> Result<u32, Fault> {
    Ok(answer)
}

#[test]
fn a_response_is_no_error_and_is_not_printed() {
    let by_closure = Policy::DEFAULT
        .with_max(1)
        .run(async |_| Ok::<u32, Fault>(503))
        .on_ok(|status| *status == 503)
        .untimed()
        .name("by_status");
    for (outcome, seen) in [seen(by_status(503)), seen(by_closure)] {
        assert!(matches!(outcome, Ok(503)));
        let [retry, end] = &seen.events[..] else {
            panic!("{:?}", seen.events)
        };
        let error = "error=none, `on_ok` retries the response ";
        assert!(retry.starts_with("WARN attempt failed, retrying function=\"by_status\" "));
        assert!(retry.contains(error), "{retry}");
        let message = "ERROR retries ended, the last response comes back ";
        assert!(end.starts_with(message) && end.contains(error), "{end}");
    }
    assert!(seen(by_status(200)).1.events.is_empty());
}

#[test]
fn the_name_is_the_path_unless_another_is_given() {
    let (_, seen) = seen(only_debug());
    assert!(seen.events[0].contains(" function=\"observe::events::only_debug\" "));
}

#[test]
fn a_closure_is_told_like_a_function() {
    let call = Policy::DEFAULT
        .with_jitter(Jitter::NONE)
        .run(async |at| match at.number() {
            1 => Err(Fault::TRANSIENT),
            number => Ok(number),
        })
        .untimed()
        .name("closure");
    let (_, seen) = seen(call);
    assert_eq!(
        seen.events,
        [
            "WARN attempt failed, retrying function=\"closure\" attempt=1 of=4 \
             error=a `observe::support::Fault` delay=100 verdict=transient",
            "INFO call succeeded after retries function=\"closure\" attempts=2",
        ]
    );
}
