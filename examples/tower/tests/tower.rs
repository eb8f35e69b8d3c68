//! Both ways, over services that tower itself provides.

use example_tower::{Users, gateway};
use retry_runtime::testing::{
    AttemptRecord, AttemptResult, CallEnding, CallRecord, isolated, record, time_out,
};
use retry_runtime::{Ended, Policy};
use retry_tower::{Hedging, RetryLayer};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};

type Calls = Arc<AtomicU32>;

fn count(calls: &Calls) -> u32 {
    calls.load(Ordering::Relaxed)
}

/// Fails `failures` times, then answers.
fn flaky(
    calls: &Calls,
    failures: u32,
    kind: io::ErrorKind,
) -> impl Service<String, Response = String, Error = BoxError, Future: Send> + Clone + Send + 'static
{
    let calls = Arc::clone(calls);
    service_fn(move |request: String| {
        let number = calls.fetch_add(1, Ordering::Relaxed) + 1;
        async move {
            if number <= failures {
                Err(BoxError::from(io::Error::from(kind)))
            } else {
                Ok(format!("{request}: answer {number}"))
            }
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_method_waits_for_the_service_before_each_attempt() {
    let calls = Calls::default();
    // It panics where it is called without having been ready.
    let service = ServiceBuilder::new().concurrency_limit(1).service(flaky(
        &calls,
        2,
        io::ErrorKind::ConnectionReset,
    ));
    let answer = Users::new(service).name(7).await.unwrap();
    assert_eq!(answer, "get 7: answer 3");
}

#[tokio::test(start_paused = true)]
async fn a_layer_does_so_for_every_request() {
    let calls = Calls::default();
    let mut service = ServiceBuilder::new()
        .layer(RetryLayer::new(Policy::DEFAULT))
        .concurrency_limit(1)
        .service(flaky(&calls, 3, io::ErrorKind::BrokenPipe));
    let answer = service.ready().await.unwrap().call("a".into()).await;
    assert_eq!(answer.unwrap(), "a: answer 4");
    let answer = service.ready().await.unwrap().call("b".into()).await;
    assert_eq!(answer.unwrap(), "b: answer 5");
}

#[tokio::test(start_paused = true)]
async fn both_give_up_on_what_is_permanent_and_at_the_end() {
    for (kind, by_method, by_layer) in [
        (io::ErrorKind::PermissionDenied, 1, 1),
        (io::ErrorKind::ConnectionRefused, 5, 3),
    ] {
        let calls = Calls::default();
        let error = Users::new(flaky(&calls, 9, kind))
            .name(7)
            .await
            .unwrap_err();
        assert_eq!(error.downcast_ref::<io::Error>().unwrap().kind(), kind);
        assert_eq!(count(&calls), by_method);

        let calls = Calls::default();
        let layer = RetryLayer::new(Policy::DEFAULT.with_max(2));
        let service = ServiceBuilder::new()
            .layer(layer)
            .service(flaky(&calls, 9, kind));
        service.oneshot("a".into()).await.unwrap_err();
        assert_eq!(count(&calls), by_layer);
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_repeats_questions_alone() {
    for (line, expected) in [("get 7", 3), ("rename 7 to Ada", 1)] {
        let calls = Calls::default();
        let service = gateway(flaky(&calls, 2, io::ErrorKind::TimedOut));
        assert_eq!(service.oneshot(line.into()).await.is_ok(), expected == 3);
        assert_eq!(count(&calls), expected, "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_over_the_layer_does_not_multiply() {
    let calls = Calls::default();
    let service = ServiceBuilder::new()
        .layer(RetryLayer::new(Policy::DEFAULT))
        .service(flaky(&calls, 99, io::ErrorKind::TimedOut));
    Users::new(service).name(7).await.unwrap_err();
    // 4 by the layer within the first attempt, then one for each of 4 retries.
    assert_eq!(count(&calls), 8);
}

/// What both have done, in the order in which it began.
#[tokio::test(start_paused = true)]
async fn a_record_has_the_methods_and_the_layers() {
    let calls = Calls::default();
    let layer = RetryLayer::new(Policy::DEFAULT.with_max(1)).name("layer");
    let service =
        ServiceBuilder::new()
            .layer(layer)
            .service(flaky(&calls, 3, io::ErrorKind::TimedOut));
    let (outcome, record) = isolated(record(Users::new(service).name(7))).await;
    assert_eq!(outcome.unwrap(), "get 7: answer 4", "{record}");
    let ended = |call: &CallRecord| (call.attempts().len(), call.ending());
    let calls: Vec<_> = record.of("layer").map(ended).collect();
    assert_eq!(
        calls,
        [
            (2, CallEnding::Failed(Ended::Exhausted)),
            (1, CallEnding::Failed(Ended::Nested)),
            (1, CallEnding::Succeeded),
        ],
        "{record}"
    );
    let [method, ..] = record.calls() else {
        panic!("nothing was called")
    };
    assert_eq!(ended(method), (3, CallEnding::Succeeded), "{record}");
    assert_eq!(method.waits().len(), 2);
}

/// A layer has no place to take an error from, but it has limits; and its service may fail.
#[tokio::test(start_paused = true)]
async fn an_attempt_of_a_layer_can_be_timed_out() {
    let calls = Calls::default();
    let policy = Policy::DEFAULT.with_timeout(Duration::from_secs(1));
    let service = ServiceBuilder::new()
        .layer(RetryLayer::new(policy).name("layer"))
        .service(flaky(&calls, 0, io::ErrorKind::TimedOut));
    let call = time_out("layer", 2).during(service.oneshot("a".into()));
    let (outcome, record) = record(call).await;
    assert_eq!(outcome.unwrap(), "a: answer 1");
    assert_eq!(count(&calls), 1);
    let attempts = record.call().attempts().iter();
    let injected: Vec<_> = attempts.map(AttemptRecord::is_injected).collect();
    assert_eq!(injected, [true, true, false], "{record}");
}

/// The breaker of a layer, its hedges and a call that is given up.
#[tokio::test(start_paused = true)]
async fn a_hedge_of_a_layer_is_in_the_record() {
    let slow_at_first = {
        let calls = Calls::default();
        service_fn(move |(): ()| {
            let number = calls.fetch_add(1, Ordering::Relaxed);
            async move {
                if number == 0 {
                    std::future::pending::<()>().await;
                }
                Ok::<_, BoxError>(number)
            }
        })
    };
    let hedging = Hedging::after(Duration::from_millis(50));
    let service = ServiceBuilder::new()
        .layer(
            RetryLayer::new(Policy::DEFAULT)
                .hedge(hedging)
                .name("layer"),
        )
        .service(slow_at_first);
    let (outcome, record) = record(service.oneshot(())).await;
    assert_eq!(outcome.unwrap(), 1);
    let [slow, hedge] = record.call().attempts() else {
        panic!("{record}")
    };
    assert_eq!(slow.result(), AttemptResult::Unfinished);
    assert_eq!(hedge.result(), AttemptResult::Succeeded);
    assert!(hedge.is_hedge());
}
