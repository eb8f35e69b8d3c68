//! When another attempt starts, and which one wins.

use crate::service::{Failed, Service, down, err, ok};
use crate::support::{ms, timed};
use retry_runtime::Verdict;
use std::pin::pin;
use tokio::time::sleep;

#[tokio::test(start_paused = true)]
async fn no_answer_within_the_delay_starts_another_attempt_beside_the_first() {
    let service = Service::new(&[ok(1000), ok(20)]);
    let (outcome, took) = timed(service.get()).await;
    assert_eq!(outcome, Ok(2), "the first success wins");
    assert_eq!(took, ms(70));
    assert_eq!(service.starts(), [0, 50]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_within_the_delay_is_the_only_attempt() {
    let service = Service::new(&[ok(49)]);
    assert_eq!(service.get().await, Ok(1));
    assert_eq!(service.starts(), [0]);
}

#[tokio::test(start_paused = true)]
async fn the_first_attempt_may_win_after_all() {
    let service = Service::new(&[ok(60), ok(1000)]);
    let (outcome, took) = timed(service.get()).await;
    assert_eq!((outcome, took), (Ok(1), ms(60)));
}

#[tokio::test(start_paused = true)]
async fn by_default_there_is_one_hedge_and_as_many_as_are_written() {
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.get().await, Ok(1));
    assert_eq!(service.starts(), [0, 50]);
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.two().await, Ok(1));
    assert_eq!(service.starts(), [0, 50, 100]);
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.eight().await, Ok(1));
    assert_eq!(service.starts(), [0, 50, 100, 150, 200, 250, 300, 350, 400]);
}

#[tokio::test(start_paused = true)]
async fn max_bounds_hedges_and_retries_together() {
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.bounded().await, Ok(1));
    assert_eq!(service.starts(), [0, 50, 100]);
    let service = Service::new(&[down(60), down(1000)]);
    assert!(service.bounded().await.is_err());
    assert_eq!(service.starts().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn losers_are_dropped_before_the_outcome_is_there() {
    let service = Service::new(&[ok(1000), ok(1000), ok(20)]);
    let mut call = pin!(service.two());
    tokio::select! {
        biased;
        _ = &mut call => panic!("answers after 120 ms"),
        () = sleep(ms(110)) => {}
    }
    assert_eq!(service.alive.count(), 3);
    assert_eq!(call.as_mut().await, Ok(3));
    // The call itself is still there.
    assert_eq!(service.alive.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_error_never_beats_a_pending_attempt() {
    let verdict = Verdict::transient();
    let service = Service::new(&[ok(500), err(10, verdict), err(1000, verdict)]);
    let (outcome, took) = timed(service.get()).await;
    assert_eq!((outcome, took), (Ok(1), ms(500)));
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_is_an_answer_and_ends_the_call() {
    let verdict = Verdict::permanent();
    let service = Service::new(&[ok(500), err(10, verdict)]);
    let (outcome, took) = timed(service.get()).await;
    assert_eq!((outcome, took), (Err(Failed(2, verdict)), ms(60)));
}

#[tokio::test(start_paused = true)]
async fn a_failed_attempt_goes_on_after_its_backoff_beside_the_pending_one() {
    let service = Service::new(&[ok(1000), down(10), ok(10)]);
    let (outcome, took) = timed(service.get()).await;
    assert_eq!(outcome, Ok(3));
    // 50 + 10, then the first backoff of 100.
    assert_eq!(service.starts(), [0, 50, 160]);
    assert_eq!(took, ms(170));
}

#[tokio::test(start_paused = true)]
async fn a_failure_before_the_delay_is_retried_as_usual() {
    let service = Service::new(&[down(10), down(10), ok(10)]);
    assert_eq!(service.get().await, Ok(3));
    assert_eq!(service.starts(), [0, 110, 270]);
}

#[tokio::test(start_paused = true)]
async fn the_last_error_comes_back_and_the_fallback_is_told() {
    let service = Service::new(&[down(10)]);
    assert_eq!(service.told().await, Err(Failed(4, Verdict::transient())));
    let permanent = Verdict::permanent();
    let service = Service::new(&[err(500, permanent), down(10)]);
    assert_eq!(service.told().await, Err(Failed(1, permanent)));
}

#[tokio::test(start_paused = true)]
async fn the_budget_pays_for_hedges() {
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.two().await, Ok(1));
    // 10 - 2 + 1
    let level = service.budget.level();
    assert!((level - 9.0).abs() < 1e-6, "{level}");
}

#[tokio::test(start_paused = true)]
async fn without_hedging_it_is_a_retried_call() {
    let service = Service::new(&[down(10), down(10), down(10), ok(10)]);
    assert_eq!(service.get().await, Ok(4));
}
