//! The layer for HTTP.

use super::messages::{Message, is_complete};
use super::support::{
    Call, Client, Fault, Flaky, Guard, JUMPS, MS, Place, Terms, begins, drop_at_any_poll, extremes,
    forget_at_any_poll, minute, panic_everywhere, step,
};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use retry_runtime::{Backoff, Budget, Policy};
use retry_tower::http::RetryLayer;
use retry_tower::{Hedging, ReplayBody};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{advance, sleep, timeout};
use tower::{Layer, Service, ServiceExt, service_fn};

impl Service<Request<ReplayBody<Message>>> for Flaky {
    type Response = Response<Message>;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Message>, Fault>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        begins();
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<ReplayBody<Message>>) -> Self::Future {
        let (number, time) = self.called();
        let (failures, guard) = (self.failures, Guard::new());
        Box::pin(async move {
            let _held = guard;
            if !is_complete(request.into_body()).await {
                return Err(Fault::new(true));
            }
            sleep(time).await;
            step(Place::Response);
            let mut response = Response::new(Message::response(None));
            if number <= failures {
                *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            }
            if number == 1 && failures > 0 {
                return Err(Fault::new(true));
            }
            Ok(response)
        })
    }
}

fn put() -> Request<Message> {
    Request::put("http://users.internal/7")
        .body(Message::request())
        .unwrap()
}

fn client(terms: &Terms) -> Client {
    let mut layer = RetryLayer::new(Policy::DEFAULT)
        .policy_of(|_: &Parts| {
            step(Place::PolicyOf);
            Policy::DEFAULT
                .with_backoff(Backoff::fixed(5 * MS).unwrap())
                .with_timeout(20 * MS)
        })
        .budget(Arc::clone(&terms.budget))
        .breaker(Arc::clone(&terms.breaker));
    if terms.hedges {
        layer = layer.hedge(Hedging::after(4 * MS).at_most(2));
    }
    let client = layer.layer(Flaky::new(terms.failures));
    Box::new(move || -> Call {
        let call = client.clone().oneshot(put());
        Box::pin(async { call.await.is_ok_and(|it| it.status().is_success()) })
    })
}

#[test]
fn a_panic_comes_through_and_leaves_nothing_behind() {
    let places = [
        Place::PolicyOf,
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

/// And the next request to that host has its budget all the same.
#[tokio::test(start_paused = true)]
async fn the_maker_of_budgets_may_panic() {
    // The first one is for the hosts beyond the limit.
    static MADE: AtomicU32 = AtomicU32::new(0);
    let layer = RetryLayer::new(Policy::DEFAULT).budget_per_host(|| {
        if MADE.fetch_add(1, Relaxed) == 1 {
            resume_unwind(Box::new("its own"));
        }
        Budget::standard()
    });
    let mut client = layer.layer(Flaky::new(2));
    let called = catch_unwind(AssertUnwindSafe(|| drop(client.call(put()))));
    assert!(called.is_err());
    assert!(client.call(put()).await.unwrap().status().is_success());
}

/// A call makes at most `max` retries and comes to its end, or waits for centuries.
#[tokio::test(start_paused = true)]
async fn figures_at_their_extremes() {
    const FAILURES: u32 = 5;
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    for policy in extremes() {
        for hedging in [None, Some(Duration::ZERO), Some(Duration::MAX)] {
            let calls = Arc::new(AtomicU32::new(0));
            let counted = Arc::clone(&calls);
            let server = service_fn(move |request: Request<ReplayBody<Message>>| {
                let number = counted.fetch_add(1, Relaxed) + 1;
                drop(request);
                let mut response = Response::new(Message::response(None));
                if number <= FAILURES {
                    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                    let wait = ["0", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"];
                    let wait = wait[number as usize % 3].parse().unwrap();
                    response.headers_mut().insert("retry-after", wait);
                }
                std::future::ready(Ok::<_, Fault>(response))
            });
            let budget = Budget::new(100).unwrap().reserve(u32::MAX);
            let mut layer = RetryLayer::new(policy)
                .budget(budget)
                .body_limit(usize::MAX);
            if let Some(after) = hedging {
                layer = layer.hedge(Hedging::after(after));
            }
            let call = layer.layer(server).oneshot(put());
            let ended = timeout(CENTURY, call).await;
            let (calls, most) = (calls.load(Relaxed), policy.max().saturating_add(1));
            assert!(calls <= most.min(FAILURES + 1), "{policy}: {calls} calls");
            if let Ok(Ok(response)) = ended {
                assert!(calls > 0 && (response.status().is_success() == (calls > FAILURES)));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn clocks_that_jump() {
    for (jump, expected) in JUMPS {
        let calls = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&calls);
        let server = service_fn(move |_: Request<ReplayBody<Message>>| {
            counted.fetch_add(1, Relaxed);
            async move {
                advance(jump).await;
                Err::<Response<Message>, _>(Fault::new(true))
            }
        });
        let budget = Arc::new(Budget::new(100).unwrap().per_second(u16::MAX));
        let layer = RetryLayer::new(minute()).budget(Arc::clone(&budget));
        assert!(layer.layer(server).oneshot(put()).await.is_err());
        assert_eq!(calls.load(Relaxed), expected, "{jump:?}");
        assert!((0.0..=1e9).contains(&budget.level()), "{jump:?}");
        assert!(budget.try_retry(5), "it goes on as ever");
    }
}
