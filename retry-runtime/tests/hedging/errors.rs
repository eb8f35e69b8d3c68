//! Which error comes back, and why retries ended.

use crate::support::{
    Fail, Outcome, Service, call, err, never, ok, permanent, policy, told, transient,
};

use retry_runtime::__private as rt;
use retry_runtime::{Ended, Verdict};

fn failed(number: u32, verdict: Verdict) -> Outcome {
    Err(Fail::Of(number, verdict))
}

#[tokio::test(start_paused = true)]
async fn an_error_never_beats_a_pending_attempt() {
    for error in [
        transient(10),
        err(
            10,
            Verdict::transient().with_pushback(std::time::Duration::MAX),
        ),
    ] {
        let service = Service::new([ok(500), error]);
        let ending = call!(1, &service, policy(1), told()).await;
        assert_eq!(ending, (Ok(1), None));
        assert_eq!(service.starts(), [0, 50]);
        assert_eq!(service.now(), 500);
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_error_comes_back_when_nothing_is_pending() {
    let service = Service::new([transient(200), transient(10)]);
    let ending = call!(1, &service, policy(1), told()).await;
    let expected = failed(1, Verdict::transient());
    assert_eq!(ending, (expected, Some(Ended::Exhausted)));
    assert_eq!(service.now(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_waited_for_is_made_after_another_lane_has_ended() {
    // The hedge takes the last retry; the first attempt fails with none left.
    let service = Service::new([transient(70), transient(10), ok(10)]);
    let ending = call!(1, &service, policy(2), told()).await;
    assert_eq!(ending, (Ok(3), None));
    assert_eq!(service.starts(), [0, 50, 160]);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_ends_the_call_where_nothing_is_pending() {
    let service = Service::new([permanent(10)]);
    let ending = call!(1, &service, policy(3), told()).await;
    let expected = failed(1, Verdict::permanent());
    assert_eq!(ending, (expected, Some(Ended::Permanent)));
    assert_eq!(service.now(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_does_not_wait_for_an_attempt_that_hangs() {
    let service = Service::new([never(), permanent(10), never()]);
    let ending = call!(8, &service, policy(8), told()).await;
    let expected = failed(2, Verdict::permanent());
    assert_eq!(ending, (expected, Some(Ended::Permanent)));
    assert_eq!(service.starts(), [0, 50]);
    assert_eq!(service.now(), 60);
    assert_eq!(service.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_ends_the_wait_for_a_retry() {
    // The hedge fails at 60 and waits until 160; the first one ends it all.
    let service = Service::new([permanent(100), transient(10), ok(10)]);
    let ending = call!(1, &service, policy(8), told()).await;
    let expected = failed(1, Verdict::permanent());
    assert_eq!(ending, (expected, Some(Ended::Permanent)));
    assert_eq!(service.now(), 100);
}

/// A call whose attempts end as told, the hedge at once, with a backoff of its own.
macro_rules! ends {
    ($service:expr, $delays:expr, $end:expr) => {{
        let site = rt::Site::new(rt::Name::written("call"), policy(8));
        let delay = std::time::Duration::from_millis(50);
        let plan = rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(&delay)).delays($delays);
        let ended = rt::hedged(
            rt::Hedges::<2>,
            plan,
            rt::sleep,
            |call| async {
                let number = call.begin().attempt(7, None).number();
                let outcome = $service.answer(number).await;
                $end(number, outcome)
            },
            |outcome| rt::shown!(outcome),
            rt::FailureHandler((), ()),
        )
        .await;
        $crate::support::with_reason(ended)
    }};
}

#[tokio::test(start_paused = true)]
async fn a_response_judged_like_a_failure_comes_back_when_retries_end() {
    let judge = |_, outcome| rt::Tried::new(outcome, Some(rt::Judgement::of(Verdict::transient())));
    let service = Service::new([ok(10)]);
    let delays = { rt::Given([100, 100].map(std::time::Duration::from_millis)) };
    let ending = {
        use rt::AnyDelays as _;
        ends!(service, delays.__delays(), judge)
    };
    assert_eq!(ending, (Ok(3), Some(Ended::Exhausted)));
    assert_eq!(
        service.starts(),
        [0, 110, 220],
        "the iterator is at its end"
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_the_last_ends_the_call_but_not_the_pending_ones() {
    let end = |number, outcome| match outcome {
        Ok(_) => rt::Tried::new(outcome, None),
        Err(_) if number == 2 => rt::Tried::rejected(outcome),
        Err(_) => rt::Tried::new(outcome, Some(rt::Judgement::of(Verdict::transient()))),
    };
    let backoff = rt::Given(rt::Backoff::fixed(std::time::Duration::from_millis(100)).unwrap());
    let service = Service::new([ok(500), transient(10)]);
    let ending = ends!(service, backoff.__delays(), end);
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0, 50]);

    let backoff = rt::Given(rt::Backoff::fixed(std::time::Duration::from_millis(100)).unwrap());
    let service = Service::new([transient(500), transient(10)]);
    let ending = ends!(service, backoff.__delays(), end);
    let expected = failed(1, Verdict::transient());
    assert_eq!(ending, (expected, Some(Ended::Rejected)));
    assert_eq!(service.starts(), [0, 50]);
}

#[tokio::test(start_paused = true)]
async fn a_probe_is_not_retried() {
    let probe = |_, outcome| {
        rt::Tried::new(outcome, Some(rt::Judgement::of(Verdict::transient()))).probe(true)
    };
    let service = Service::new([transient(10)]);
    let backoff = rt::Given(rt::Backoff::fixed(std::time::Duration::from_millis(100)).unwrap());
    let (_, ended) = ends!(service, backoff.__delays(), probe);
    assert_eq!(ended, Some(Ended::Rejected));
    assert_eq!(service.starts(), [0]);
}

/// The user's own delays, in milliseconds.
macro_rules! delays {
    ($($millis:literal),*) => {{
        use rt::AnyDelays as _;
        rt::Given(Vec::<std::time::Duration>::from([
            $(std::time::Duration::from_millis($millis)),*
        ]))
        .__delays()
    }};
}

fn by_itself(_: u32, outcome: Outcome) -> rt::Tried<Outcome> {
    match &outcome {
        Ok(_) => rt::Tried::new(outcome, None),
        Err(error) => rt::Tried::new(outcome, Some(rt::Judgement::of(error.verdict()))),
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_retries_is_the_end_of_hedging() {
    // The backoff's iterator is at its end at 60, long before `max`.
    let service = Service::new([ok(500), transient(10)]);
    let ending = ends!(service, delays!(), by_itself);
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0, 50]);
    // Nor after an attempt that is over at once.
    let service = Service::new([ok(500), transient(0)]);
    let ending = ends!(service, delays!(), by_itself);
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0, 50]);
    // The retry that was paid for before is made, and is not hedged.
    let service = Service::new([transient(70), transient(10), ok(500)]);
    let ending = ends!(service, delays!(100), by_itself);
    assert_eq!(ending, (Ok(3), None));
    assert_eq!(service.starts(), [0, 50, 160]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_starts_the_delay_anew() {
    // From the hedge at 50 it would be over at 100, from its retry at 120.
    let service = Service::new([ok(500), transient(10), never()]);
    let ending = ends!(service, delays!(10), by_itself);
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0, 50, 70, 120]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_hedged_while_any_retry_is_waited_for() {
    // At 160 the first retry starts, and the second one waits until 1100.
    let service = Service::new([transient(100), transient(10), ok(1000), never()]);
    let ending = ends!(service, delays!(100, 1000), by_itself);
    assert_eq!(ending, (Ok(3), None));
    assert_eq!(service.starts(), [0, 50, 160, 1100, 1150]);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_ends_the_wait_for_a_retry() {
    let first = |number, outcome| {
        rt::Tried::new(outcome, Some(rt::Judgement::of(Verdict::transient()))).probe(number == 1)
    };
    let service = Service::new([transient(100), transient(10)]);
    let (_, ended) = ends!(service, delays!(100, 100), first);
    assert_eq!(ended, Some(Ended::Rejected));
    assert_eq!(service.starts(), [0, 50]);
    assert_eq!(service.now(), 100);
}
