//! Both ways, over services that tower itself provides.

use example_tower::{Users, gateway};
use retry_runtime::Policy;
use retry_tower::RetryLayer;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
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
