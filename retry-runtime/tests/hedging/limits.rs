//! Timeouts, the deadline, push-back and the layers further out.

use crate::support::{Fail, Outcome, Service, call, err, ms, never, ok, policy, told, transient};

use retry_runtime::__private as rt;
use retry_runtime::{Ended, Policy, Verdict};
use std::cell::Cell;

fn pushed(after: u64, wait: u64) -> crate::support::Answer {
    err(after, Verdict::transient().with_pushback(ms(wait)))
}

fn late(ending: &Outcome) -> (bool, u128) {
    match ending {
        Err(Fail::Late(elapsed)) => (elapsed.is_deadline(), elapsed.limit().as_millis()),
        other => panic!("{other:?} was not cut"),
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_own_timeout() {
    let service = Service::new([never(), never(), never(), ok(10)]);
    let ending = call!(1, &service, policy(3).with_timeout(ms(80)), told()).await;
    assert_eq!(ending, (Ok(4), None));
    // Cut at 80 and at 130, and retried 100 ms after that.
    assert_eq!(service.starts(), [0, 50, 180, 230]);
    assert_eq!(service.now(), 240);
}

#[tokio::test(start_paused = true)]
async fn the_last_timeout_comes_back() {
    let service = Service::new([never()]);
    let (outcome, ended) = call!(1, &service, policy(1).with_timeout(ms(80)), told()).await;
    assert_eq!(late(&outcome), (false, 80));
    assert_eq!(ended, Some(Ended::Exhausted));
    assert_eq!(service.now(), 130);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_all_attempts_and_ends_the_hedging() {
    let service = Service::new([never()]);
    let policy = policy(8).with_deadline(ms(120)).with_timeout(ms(110));
    let (outcome, ended) = call!(8, &service, policy, told()).await;
    assert_eq!(late(&outcome), (true, 120));
    assert_eq!(ended, Some(Ended::Deadline));
    assert_eq!(service.starts(), [0, 50, 100]);
    assert_eq!(service.now(), 120);
    assert_eq!(service.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_success_at_the_deadline_wins() {
    let service = Service::new([never(), ok(70)]);
    let ending = call!(1, &service, policy(8).with_deadline(ms(120)), told()).await;
    assert_eq!(ending, (Ok(2), None));
    assert_eq!(service.now(), 120);
}

#[tokio::test(start_paused = true)]
async fn no_retry_is_waited_for_past_the_deadline_but_the_pending_attempt_is() {
    let service = Service::new([ok(119), transient(10)]);
    let ending = call!(1, &service, policy(8).with_deadline(ms(120)), told()).await;
    assert_eq!(ending, (Ok(1), None));
    let service = Service::new([transient(110), transient(10)]);
    let ending = call!(1, &service, policy(8).with_deadline(ms(120)), told()).await;
    let expected = Err(Fail::Of(1, Verdict::transient()));
    assert_eq!(ending, (expected, Some(Ended::Deadline)));
    assert_eq!(service.now(), 110);
}

#[tokio::test(start_paused = true)]
async fn no_hedge_undercuts_a_push_back() {
    let service = Service::new([never(), pushed(10, 500), never(), ok(10)]);
    let ending = call!(8, &service, policy(8), told()).await;
    assert_eq!(ending, (Ok(4), None));
    assert_eq!(service.starts(), [0, 50, 560, 610]);
}

#[tokio::test(start_paused = true)]
async fn no_retry_undercuts_a_push_back() {
    // Attempt 2 is pushed back at 60, to 560; attempt 1 fails at 200.
    let service = Service::new([transient(200), pushed(10, 500), never(), ok(10)]);
    let ending = call!(1, &service, policy(8), told()).await;
    assert_eq!(ending, (Ok(4), None));
    assert_eq!(service.starts(), [0, 50, 560, 560]);
    // Attempt 2 fails at 60 and waits until 160; attempt 1 is pushed back at
    // 100, to 600.
    let service = Service::new([pushed(100, 500), transient(10), never(), ok(10)]);
    let ending = call!(1, &service, policy(8), told()).await;
    assert_eq!(ending, (Ok(4), None));
    assert_eq!(service.starts(), [0, 50, 600, 600]);
    // A longer wait stays as it is.
    let service = Service::new([pushed(70, 20), pushed(10, 500), never(), ok(10)]);
    let ending = call!(1, &service, policy(8), told()).await;
    assert_eq!(ending, (Ok(4), None));
    assert_eq!(service.starts(), [0, 50, 560, 560]);
}

#[tokio::test(start_paused = true)]
async fn a_push_back_beyond_the_policy_or_the_deadline_ends_the_waiting() {
    // Attempt 2 fails at 60 and waits until 160; attempt 1 is sent away at 100.
    let day = pushed(100, 86_400_000);
    let service = Service::new([day, transient(10), ok(10)]);
    let (outcome, ended) = call!(1, &service, policy(8), told()).await;
    assert!(matches!(outcome, Err(Fail::Of(1, _))));
    assert_eq!(ended, Some(Ended::Pushback));
    assert_eq!(service.now(), 100);

    let service = Service::new([pushed(100, 500), transient(10), ok(10)]);
    let (outcome, ended) = call!(1, &service, policy(8).with_deadline(ms(400)), told()).await;
    assert!(matches!(outcome, Err(Fail::Of(1, _))));
    assert_eq!(ended, Some(Ended::Deadline));
    assert_eq!(service.now(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_push_back_as_long_as_the_policy_allows_holds_for_the_retry_that_waits() {
    // Attempt 2 fails at 60 and waits until 160; attempt 1, for which no retry is left, is
    // pushed back at 100.
    let service = Service::new([pushed(100, 500), transient(10), ok(10)]);
    let policy = policy(2).with_longest_pushback(ms(500));
    let ending = call!(1, &service, policy.with_deadline(ms(5000)), told()).await;
    assert_eq!(ending, (Ok(3), None));
    assert_eq!(service.starts(), [0, 50, 600]);
}

#[tokio::test(start_paused = true)]
async fn a_push_back_that_is_too_long_is_the_reason_where_it_ends_the_wait_for_a_retry() {
    // Attempt 1 is the last that fails, and no retry is left for it.
    let day = pushed(100, 86_400_000);
    let service = Service::new([day, transient(10), ok(10)]);
    let (_, ended) = call!(1, &service, policy(2), told()).await;
    assert_eq!(ended, Some(Ended::Pushback));
    // Nothing is waited for.
    let (_, ended) = call!(1, &Service::new([day]), policy(0), told()).await;
    assert_eq!(ended, Some(Ended::Exhausted));
}

#[tokio::test(start_paused = true)]
async fn on_an_outer_retry_nothing_is_hedged() {
    let service = Service::new([ok(500), ok(10)]);
    let ending = rt::Layer::new(
        rt::AttemptScope::RETRY,
        call!(8, &service, policy(8), told()),
    )
    .await;
    assert_eq!(ending, (Ok(1), None));
    assert_eq!(service.starts(), [0]);
    let service = Service::new([transient(10), ok(10)]);
    let (_, ended) = rt::Layer::new(
        rt::AttemptScope::RETRY,
        call!(8, &service, policy(8), told()),
    )
    .await;
    assert_eq!(ended, Some(Ended::Nested));
}

#[tokio::test(start_paused = true)]
async fn a_hedge_counts_as_a_retry_for_the_calls_inside() {
    let calls = [const { Cell::new(0) }; 3];
    let site = rt::Site::new(rt::Name::written("call"), policy(2));
    let plan = rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(&const { ms(5_000) }));
    let inner = |number: usize| {
        let count = &calls[number];
        Policy::DEFAULT.run(move |_| async move {
            count.set(count.get() + 1);
            // The hedge is to be what fails last.
            tokio::time::sleep(ms(3_000 * u64::from(number == 0))).await;
            Err::<(), _>(std::io::Error::from(std::io::ErrorKind::TimedOut))
        })
    };
    let (outcome, _) = rt::hedged(
        rt::Hedges::<1>,
        plan,
        rt::sleep,
        |call| async {
            let number = call.begin().attempt(7, None).number();
            let outcome = rt::Layer::new(site.scope(number > 1), inner(number as usize - 1)).await;
            // Not worth a retry, and no answer either.
            rt::Tried::new(
                outcome,
                Some(rt::Judgement::of(Verdict::transient().with_no_retry())),
            )
        },
        |outcome| rt::shown!(outcome),
        rt::FailureHandler((), ()),
    )
    .await;
    assert!(outcome.is_err());
    assert_eq!(calls.map(Cell::into_inner), [4, 1, 0]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_cut_by_the_deadline_ends_the_call_over_one_that_is_not_cut_yet() {
    let service = Service::new([never()]);
    let site = rt::Site::new(rt::Name::written("call"), policy(8).with_deadline(ms(120)));
    let deadline = rt::Ruling::default().deadline(&site);
    let plan =
        rt::HedgedTerms::of(site.unpaid(), rt::hedge_after(&const { ms(50) })).deadline(deadline);
    let mut call = std::pin::pin!(rt::hedged(
        rt::Hedges::<1>,
        plan,
        rt::sleep,
        |call| async {
            let number = call.begin().attempt(7, None).number();
            let limit = (number > 1)
                .then(|| rt::Ruling::default().limit(&site, deadline))
                .flatten();
            match rt::Cut::new(service.answer(number), limit, rt::sleep).await {
                Ok(outcome) => rt::Tried::new(outcome, None),
                Err(cut) => rt::Tried::new(
                    Err(cut.into()),
                    Some(rt::Judgement::of(Verdict::transient())),
                )
                .cut(Some(cut)),
            }
        },
        |outcome| rt::shown!(outcome),
        rt::FailureHandler((), ()),
    ));
    let (outcome, ended) = call.as_mut().await;
    assert_eq!(late(&outcome), (true, 120));
    let reason = ended.map(|end| end.reason);
    assert_eq!(reason, Some(Ended::Deadline));
    assert_eq!(service.now(), 120);
    assert_eq!(service.running(), 0);
}
