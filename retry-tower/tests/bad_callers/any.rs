//! The layer for any service.

use super::support::{
    Call, Client, Fault, Flaky, Guard, MS, Place, Terms, begins, drop_at_any_poll,
    forget_at_any_poll, panic_everywhere, step,
};
use retry_runtime::{Backoff, Budget, Policy};
use retry_tower::{Hedging, RetryLayer, Unanswered};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use tokio::time::sleep;
use tower::{Layer, Service, ServiceExt};

struct Request(Guard);

impl Clone for Request {
    fn clone(&self) -> Self {
        step(Place::CloneRequest);
        Self(Guard::new())
    }
}

impl Service<Request> for Flaky {
    type Response = u32;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<u32, Fault>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        begins();
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (number, time) = self.called();
        let (failures, guard) = (self.failures, Guard::new());
        Box::pin(async move {
            let _held = (request.0, guard);
            sleep(time).await;
            step(Place::Response);
            if number > failures {
                Ok(number)
            } else {
                Err(Fault::new(true))
            }
        })
    }
}

fn client(terms: &Terms) -> Client {
    let mut layer = RetryLayer::by(|_: &Request| {
        step(Place::PolicyOf);
        Policy::DEFAULT
            .with_backoff(Backoff::fixed(5 * MS).unwrap())
            .with_timeout(20 * MS)
    })
    .unanswered(|_: Unanswered| {
        step(Place::Unanswered);
        Fault::new(false)
    })
    .budget(Arc::clone(&terms.budget))
    .breaker(Arc::clone(&terms.breaker));
    if terms.hedges {
        layer = layer.hedge(Hedging::after(4 * MS).at_most(2));
    }
    let client = layer.layer(Flaky::new(terms.failures));
    Box::new(move || -> Call {
        let call = client.clone().oneshot(Request(Guard::new()));
        Box::pin(async { call.await.is_ok() })
    })
}

#[test]
fn a_panic_comes_through_and_leaves_nothing_behind() {
    let places = [
        Place::PolicyOf,
        Place::CloneRequest,
        Place::CloneService,
        Place::PollReady,
        Place::Call,
        Place::Response,
        Place::Verdict,
        Place::Unanswered,
        Place::Admit,
        Place::Record,
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

/// What makes the budget of a key sends a request itself, which wants a budget, too.
#[tokio::test]
async fn the_maker_of_budgets_may_use_the_layer() {
    type Client = tower::util::BoxCloneService<Request, u32, Fault>;
    static DEPTH: AtomicU32 = AtomicU32::new(0);
    thread_local! {
        static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
    }
    let make = || {
        if let Some(client) = CLIENT.take() {
            DEPTH.fetch_add(1, Relaxed);
            let mut call = Box::pin(client.oneshot(Request(Guard::new())));
            assert!(
                call.as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_pending()
            );
        }
        Budget::standard()
    };
    let layer = RetryLayer::new(Policy::DEFAULT)
        .untimed()
        .budget_per(|_: &Request| step(Place::KeyOf), make);
    let server = tower::service_fn(|_: Request| async {
        sleep(MS).await;
        Ok::<u32, Fault>(1)
    });
    let client = layer.layer(server);
    CLIENT.set(Some(Client::new(client.clone())));
    assert_eq!(client.oneshot(Request(Guard::new())).await.unwrap(), 1);
    assert_eq!(DEPTH.load(Relaxed), 1);
}
