//! Attempts beside one that is slow.

use crate::support::{DENIED, Fail, Hang, MS, RESET, Scripted, Word, policy};
use retry_runtime::HedgeDelay;
use retry_tower::{Hedging, RetryLayer};
use std::sync::Arc;
use tokio::time::Instant;
use tower::{Layer, ServiceExt};

#[tokio::test(start_paused = true)]
async fn a_slow_attempt_is_hedged_and_the_loser_dropped() {
    let service = Scripted::new(&[Hang, Word::Ok(10)]);
    let layer = RetryLayer::new(policy()).hedge(Hedging::after(50 * MS));
    let begun = Instant::now();
    assert_eq!(layer.layer(service.clone()).oneshot(7).await.unwrap(), 7);
    assert_eq!(begun.elapsed(), 60 * MS);
    assert_eq!(service.seen(), [0, 50]);
    assert_eq!(service.dropped(), 1);
}

#[tokio::test(start_paused = true)]
async fn hedges_are_bounded_by_their_number_and_by_max() {
    for (hedges, max, expected) in [(1, 3, 2), (2, 3, 3), (5, 3, 4), (5, 0, 1)] {
        let service = Scripted::new(&[Hang; 10]);
        let hedging = Hedging::after(10 * MS).at_most(hedges);
        let policy = policy().with_max(max).with_deadline(500 * MS);
        let layer = RetryLayer::new(policy).hedge(hedging);
        assert!(layer.layer(service.clone()).oneshot(7).await.is_err());
        assert_eq!(service.seen().len(), expected, "{hedges} hedges, max {max}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_never_beats_a_pending_attempt_and_a_permanent_one_is_an_answer() {
    let service = Scripted::new(&[Word::Ok(200), Fail(10, RESET)]);
    let layer = RetryLayer::new(policy().with_max(1)).hedge(Hedging::after(50 * MS));
    assert_eq!(layer.layer(service.clone()).oneshot(7).await.unwrap(), 7);

    let begun = Instant::now();
    let service = Scripted::new(&[Hang, Fail(10, DENIED)]);
    let layer = RetryLayer::new(policy()).hedge(Hedging::after(50 * MS));
    let error = layer.layer(service.clone()).oneshot(7).await.unwrap_err();
    assert_eq!(error.kind(), DENIED);
    assert_eq!(begun.elapsed(), 60 * MS);
    assert_eq!(service.dropped(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_hedge_is_followed_after_its_backoff() {
    let service = Scripted::new(&[Hang, Fail(10, RESET), Word::Ok(5)]);
    let layer = RetryLayer::new(policy()).hedge(Hedging::after(50 * MS));
    assert_eq!(layer.layer(service.clone()).oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 50, 160]);
}

#[tokio::test(start_paused = true)]
async fn a_delay_that_follows_the_calls_is_told_of_them() {
    let delay = Arc::new(HedgeDelay::new());
    let layer = RetryLayer::new(policy()).hedge(Hedging::adaptive(Arc::clone(&delay)));
    let service = Scripted::new(&[Word::Ok(20); 500]);
    let retried = layer.layer(service.clone());
    for _ in 0..500 {
        retried.clone().oneshot(7).await.unwrap();
    }
    assert!(delay.delay().is_some());
}

/// A tenth of a hedge is earned by each call that succeeds, and ten can be saved up.
#[tokio::test(start_paused = true)]
async fn a_delay_that_follows_the_calls_bounds_how_many_are_hedged() {
    let delay = Arc::new(HedgeDelay::new());
    for _ in 0..200 {
        delay.observe(10 * MS);
    }
    let policy = policy().with_max(1).with_timeout(100 * MS);
    let layer = RetryLayer::new(policy)
        .no_budget()
        .hedge(Hedging::adaptive(Arc::clone(&delay)));
    let service = Scripted::new(&[Hang; 100]);
    for _ in 0..30 {
        assert!(layer.layer(service.clone()).oneshot(7).await.is_err());
    }
    // Of each of the first ten calls a hedge is the other attempt, of the others a retry.
    let seen = service.seen();
    let gaps = seen.chunks(2).map(|pair| pair[1] - pair[0]);
    assert_eq!(gaps.filter(|gap| *gap < 100).count(), 10, "{seen:?}");
}
