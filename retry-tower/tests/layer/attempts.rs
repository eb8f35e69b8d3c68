//! Which failures are tried again, when, and how often.

use crate::support::{DENIED, Fail, Hang, MS, NotReady, RESET, Scripted, Word, outer, policy};
use retry_runtime::{Elapsed, Transient, Verdict};
use retry_tower::{RetryLayer, Unanswered};
use std::io::{self, ErrorKind};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::{BoxError, Layer, Service, ServiceBuilder, ServiceExt};

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried_after_the_backoff_and_others_are_not() {
    let service = Scripted::new(&[Fail(0, RESET), Fail(0, RESET)]);
    let retried = RetryLayer::new(policy()).layer(service.clone());
    assert_eq!(retried.oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 100, 200]);

    let service = Scripted::new(&[Fail(0, DENIED)]);
    let retried = RetryLayer::new(policy()).layer(service.clone());
    assert_eq!(retried.oneshot(7).await.unwrap_err().kind(), DENIED);
    assert_eq!(service.seen(), [0]);
}

#[tokio::test(start_paused = true)]
async fn max_counts_retries_and_the_last_error_comes_back() {
    let service = Scripted::new(&[
        Fail(0, RESET),
        Fail(0, RESET),
        Fail(0, ErrorKind::BrokenPipe),
    ]);
    let retried = RetryLayer::new(policy().with_max(2)).layer(service.clone());
    assert_eq!(
        retried.oneshot(7).await.unwrap_err().kind(),
        ErrorKind::BrokenPipe
    );
    assert_eq!(service.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_policy_can_be_a_function_of_the_request() {
    let service = Scripted::new(&[Fail(0, RESET), Fail(0, RESET)]);
    let layer = RetryLayer::by(|request: &u32| policy().with_max(u32::from(*request == 7)));
    let mut retried = layer.layer(service.clone());
    assert!(retried.ready().await.unwrap().call(8).await.is_err());
    assert_eq!(service.seen().len(), 1);
    assert_eq!(retried.ready().await.unwrap().call(7).await.unwrap(), 7);
    assert_eq!(service.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn readiness_is_part_of_the_attempt() {
    let service = Scripted::new(&[NotReady(RESET), NotReady(RESET)]);
    let mut retried = RetryLayer::new(policy()).layer(service.clone());
    assert_eq!(retried.ready().await.unwrap().call(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 100, 200]);

    // One that never gets ready is cut by the attempt's own limit.
    let full = tower::limit::ConcurrencyLimit::new(Scripted::new(&[Hang]), 1);
    let mut held = full.clone();
    let held = tokio::spawn(async move { held.ready().await.unwrap().call(1).await });
    tokio::task::yield_now().await;
    let limited = RetryLayer::new(policy().with_max(0).with_timeout(50 * MS)).layer(full);
    let error = limited.oneshot(2).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    held.abort();
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_timeout_and_the_call_its_deadline() {
    let service = Scripted::new(&[Hang, Word::Ok(10)]);
    let retried = RetryLayer::new(policy().with_timeout(50 * MS)).layer(service.clone());
    assert_eq!(retried.oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 150]);
    assert_eq!(service.dropped(), 1);

    let begun = Instant::now();
    let service = Scripted::new(&[Fail(10, RESET), Hang]);
    let retried = RetryLayer::new(policy().with_deadline(200 * MS)).layer(service.clone());
    let error = retried.oneshot(7).await.unwrap_err();
    let elapsed = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Elapsed>());
    assert!(elapsed.is_some_and(Elapsed::is_deadline), "{error:?}");
    assert_eq!(begun.elapsed(), 200 * MS);

    // A retry that could not start in time is not waited for.
    let begun = Instant::now();
    let service = Scripted::new(&[Fail(50, RESET)]);
    let retried = RetryLayer::new(policy().with_deadline(120 * MS)).layer(service.clone());
    assert_eq!(retried.oneshot(7).await.unwrap_err().kind(), RESET);
    assert_eq!(begun.elapsed(), 50 * MS);
}

/// An error that cannot be made of anything of ours.
#[derive(Clone, Debug, PartialEq)]
enum Own {
    Busy,
    Late,
}

impl Transient for Own {
    fn verdict(&self) -> Verdict {
        Verdict::transient()
    }
}

#[tokio::test(start_paused = true)]
async fn errors_without_a_way_from_elapsed_say_how_or_do_without() {
    let hangs = || tower::service_fn(|(): ()| std::future::pending::<Result<(), Own>>());
    let late = |unanswered| match unanswered {
        Unanswered::Elapsed(_) => Own::Late,
        _ => Own::Busy,
    };
    let layer = RetryLayer::new(policy().with_max(1).with_timeout(50 * MS)).unanswered(late);
    assert_eq!(layer.layer(hangs()).oneshot(()).await, Err(Own::Late));

    let slow = tower::service_fn(|(): ()| async {
        sleep(80 * MS).await;
        Err::<(), _>(Own::Busy)
    });
    let layer = RetryLayer::new(policy().with_max(1).with_timeout(50 * MS)).untimed();
    let begun = Instant::now();
    assert_eq!(layer.layer(slow).oneshot(()).await, Err(Own::Busy));
    assert_eq!(begun.elapsed(), 260 * MS);
}

#[derive(Clone, Debug)]
struct PushedBack(Duration);

impl Transient for PushedBack {
    fn verdict(&self) -> Verdict {
        Verdict::transient().with_pushback(self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn push_back_is_kept_to_and_one_that_is_too_long_ends_the_call() {
    let pushing = |wait: Duration| {
        tower::service_fn(move |(): ()| std::future::ready(Err::<(), _>(PushedBack(wait))))
    };
    let layer = RetryLayer::new(policy().with_max(1)).untimed();
    let begun = Instant::now();
    assert!(layer.layer(pushing(700 * MS)).oneshot(()).await.is_err());
    assert_eq!(begun.elapsed(), 700 * MS);
    let begun = Instant::now();
    assert!(
        layer
            .layer(pushing(Duration::from_secs(40)))
            .oneshot(())
            .await
            .is_err()
    );
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_not_retried() {
    let service = Scripted::new(&[Fail(0, RESET); 100]);
    let retried = RetryLayer::new(policy().with_max(2)).layer(service.clone());
    assert!(outer(retried).await.is_err());
    // Three by the outer function's first attempt, and one by its retry.
    assert_eq!(service.seen().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn boxed_errors_are_judged_by_what_is_inside() {
    let service = Scripted::new(&[Fail(0, RESET), Hang]);
    let stack = ServiceBuilder::new()
        .layer(RetryLayer::new(policy().with_timeout(50 * MS)))
        .map_err(|error: io::Error| BoxError::from(error))
        .service(service.clone());
    assert_eq!(stack.oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 100, 250]);
}

#[test]
fn the_future_is_send_where_its_parts_are() {
    fn is_send(_: impl Send) {}
    let retried =
        RetryLayer::new(policy()).layer(tower::service_fn(async |(): ()| io::Result::Ok(())));
    let _ = |mut retried: tower::util::BoxCloneService<(), (), io::Error>| {
        is_send(RetryLayer::new(policy()).layer(retried.clone()).call(()));
        drop(retried.call(()));
    };
    drop(retried);
}
