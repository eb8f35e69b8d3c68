//! The layer for gRPC.

use super::messages::{Message, is_complete};
use super::support::{
    Call, Client, Fault, Flaky, Guard, JUMPS, Place, Terms, begins, drop_at_any_poll, extremes,
    forget_at_any_poll, minute, panic_everywhere, step,
};
use http::{HeaderMap, HeaderValue, Request, Response};
use retry_runtime::Budget;
use retry_tower::grpc::{Idempotency, Method, RetryLayer};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{advance, sleep, timeout};
use tonic::body::Body;
use tower::{Layer, Service, ServiceExt, service_fn};

const PATH: &str = "/users.v1.Users/Get";
const METHODS: &[Method] = &[Method::new("users.v1.Users/Get", Idempotency::Safe)];

fn status(code: u8) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("grpc-status", HeaderValue::from(u16::from(code)));
    headers
}

/// An answer of this code; one that fails is headers alone.
fn answered(code: u8) -> Response<Message> {
    let mut response = Response::new(Message::response((code == 0).then(|| status(0))));
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/grpc"));
    if code != 0 {
        headers.extend(status(code));
    }
    response
}

impl Service<Request<Body>> for Flaky {
    type Response = Response<Message>;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Message>, Fault>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        begins();
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (number, time) = self.called();
        let (failures, guard) = (self.failures, Guard::new());
        Box::pin(async move {
            let _held = guard;
            if !is_complete(request.into_body()).await {
                return Err(Fault::new(true));
            }
            sleep(time).await;
            step(Place::Response);
            match number {
                1 if failures > 0 => Err(Fault::new(true)),
                _ if number <= failures => Ok(answered(14)),
                _ => Ok(answered(0)),
            }
        })
    }
}

fn get() -> Request<Body> {
    let request = Request::post(PATH).body(Body::new(Message::request()));
    request.unwrap()
}

fn client(terms: &Terms) -> Client {
    let policy = if terms.hedges {
        r#""hedgingPolicy": { "maxAttempts": 3, "hedgingDelay": "0.004s", "nonFatalStatusCodes": [14] }"#
    } else {
        r#""retryPolicy": { "maxAttempts": 4, "initialBackoff": "0.005s", "maxBackoff": "1s",
            "backoffMultiplier": 1, "retryableStatusCodes": [14] }"#
    };
    let name = r#""name": [{ "service": "users.v1.Users", "method": "Get" }]"#;
    let config = format!(r#"{{ "methodConfig": [{{ {name}, "timeout": "9s", {policy} }}] }}"#);
    let layer = RetryLayer::from_service_config(&config)
        .unwrap()
        .budget(Arc::clone(&terms.budget))
        .breaker(Arc::clone(&terms.breaker));
    let client = layer.layer(Flaky::new(terms.failures));
    Box::new(move || -> Call {
        let call = client.clone().oneshot(get());
        Box::pin(async {
            match call.await {
                Ok(response) => is_complete(response.into_body()).await,
                Err(_) => false,
            }
        })
    })
}

#[test]
fn a_panic_comes_through_and_leaves_nothing_behind() {
    let places = [
        Place::CloneService,
        Place::PollReady,
        Place::Call,
        Place::Response,
        Place::Source,
        Place::Admit,
        Place::Record,
        Place::RequestBody,
        Place::RequestEnd,
        Place::RequestLength,
        Place::ResponseBody,
        Place::ResponseEnd,
    ];
    panic_everywhere(client, &places);
}

#[test]
fn a_call_that_is_dropped_at_any_poll_leaves_nothing_behind() {
    drop_at_any_poll(client);
}

#[test]
fn a_call_that_is_forgotten_at_any_poll_costs_no_other() {
    forget_at_any_poll(client);
}

/// A call makes at most `max` retries and comes to its end, or waits for centuries.
#[tokio::test(start_paused = true)]
async fn figures_at_their_extremes() {
    const FAILURES: u32 = 5;
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    for policy in extremes() {
        for asked in [None, Some("0n"), Some("99999999H")] {
            let calls = Arc::new(AtomicU32::new(0));
            let counted = Arc::clone(&calls);
            let server = service_fn(move |request: Request<Body>| {
                let number = counted.fetch_add(1, Relaxed) + 1;
                drop(request);
                let mut response = answered(if number <= FAILURES { 14 } else { 0 });
                let wait = ["0", "2147483647"][number as usize % 2];
                let wait = HeaderValue::from_static(wait);
                response
                    .headers_mut()
                    .insert("grpc-retry-pushback-ms", wait);
                std::future::ready(Ok::<_, Fault>(response))
            });
            // An attempt that has no time at all sends nothing, and nothing else ends a call
            // that repeats such ones at once on a clock that stands still.
            let layer = RetryLayer::new(policy)
                .methods(METHODS)
                .budget(Budget::new(100).unwrap().reserve(FAILURES))
                .call_buffer(usize::MAX)
                .channel_buffer(usize::MAX);
            let mut request = get();
            if let Some(asked) = asked {
                let asked = HeaderValue::from_static(asked);
                request.headers_mut().insert("grpc-timeout", asked);
            }
            let call = layer.layer(server).oneshot(request);
            let ended = timeout(CENTURY, call).await;
            let (calls, most) = (calls.load(Relaxed), policy.max().saturating_add(1));
            assert!(calls <= most.min(FAILURES + 1), "{policy}: {calls} calls");
            if let Ok(Ok(_)) = ended {
                assert!(calls > FAILURES, "{policy}: {calls} calls");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn clocks_that_jump() {
    for (jump, expected) in JUMPS {
        let calls = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&calls);
        let server = service_fn(move |_: Request<Body>| {
            counted.fetch_add(1, Relaxed);
            async move {
                advance(jump).await;
                Ok::<_, Fault>(answered(14))
            }
        });
        let budget = Arc::new(Budget::new(100).unwrap().per_second(u16::MAX));
        let layer = RetryLayer::new(minute())
            .methods(METHODS)
            .budget(Arc::clone(&budget));
        assert!(layer.layer(server).oneshot(get()).await.is_err());
        assert_eq!(calls.load(Relaxed), expected, "{jump:?}");
        assert!((0.0..=1e9).contains(&budget.level()), "{jump:?}");
        assert!(budget.try_retry(5), "it goes on as ever");
    }
}
