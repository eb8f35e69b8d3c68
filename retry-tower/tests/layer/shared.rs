//! What all calls of a layer share: its budgets, and its breaker.

use crate::support::{Fail, Hang, MS, RESET, Scripted, Word, policy};
use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Budget, Verdict};
use retry_tower::RetryLayer;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use tower::{Layer, ServiceExt};

#[tokio::test(start_paused = true)]
async fn the_budget_is_the_layers_and_ends_retries() {
    let budget = Arc::new(Budget::standard().reserve(3));
    let service = Scripted::new(&[Fail(0, RESET); 100]);
    let layer = RetryLayer::new(policy().with_max(1)).budget(Arc::clone(&budget));
    for _ in 0..10 {
        let _ = layer.layer(service.clone()).oneshot(7).await;
    }
    let calls = service.seen().len();
    assert!(
        (11..=13).contains(&calls),
        "{calls} calls of ten requests and three retries"
    );
    assert!(budget.level() < 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_budget_for_each_key_leaves_the_others_alone() {
    let service = Scripted::new(&[Fail(0, RESET); 1000]);
    let few = || Budget::standard().reserve(1);
    let layer = RetryLayer::new(policy().with_max(1)).budget_per(|request: &u32| *request, few);
    let retried = layer.layer(service.clone());
    for _ in 0..5 {
        let _ = retried.clone().oneshot(1).await;
    }
    let of_one = service.seen().len();
    assert!(of_one < 10, "{of_one} of five calls and their retries");
    let _ = retried.clone().oneshot(2).await;
    assert_eq!(
        service.seen().len(),
        of_one + 2,
        "the second key has a budget of its own"
    );
}

/// Keys come from whoever sends requests.
#[tokio::test(start_paused = true)]
async fn keys_beyond_the_ten_thousandth_share_a_budget() {
    const KEYS: u32 = 10_000;
    let few = || Budget::standard().reserve(1);
    let layer = RetryLayer::new(policy().with_max(1)).budget_per(|request: &u32| *request, few);
    let service = Scripted::new(&[]);
    let retried = layer.layer(service.clone());
    for key in 0..KEYS {
        retried.clone().oneshot(key).await.unwrap();
    }
    service.goes_on(&[Fail(0, RESET); 100]);
    let requests = async |key| {
        let before = service.seen().len();
        assert!(retried.clone().oneshot(key).await.is_err());
        service.seen().len() - before
    };
    while requests(KEYS).await == 2 {}
    assert_eq!(requests(KEYS + 1).await, 1, "the same budget");
    assert_eq!(requests(KEYS - 1).await, 2, "a budget of its own");
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_dropped_while_it_waits_is_given_back() {
    let budget = Arc::new(Budget::standard().reserve(30));
    let service = Scripted::new(&[Fail(0, ErrorKind::ConnectionRefused)]);
    let layer = RetryLayer::new(policy()).budget(Arc::clone(&budget));
    let call = layer.layer(service.clone()).oneshot(7);
    assert!(tokio::time::timeout(50 * MS, call).await.is_err());
    assert_eq!(service.seen(), [0]);
    assert!((budget.level() - 30.0).abs() < 0.01, "{}", budget.level());
}

/// Opens by hand, and counts.
#[derive(Clone, Default)]
struct Breaker(Arc<Mutex<(bool, Vec<GateOutcome>)>>);

impl Gate for Breaker {
    fn admit(&self) -> Result<Admission, Rejected> {
        if self.0.lock().unwrap().0 {
            Err(Rejected::new())
        } else {
            Ok(Admission::Normal)
        }
    }
    fn record(&self, _: Admission, outcome: GateOutcome) {
        self.0.lock().unwrap().1.push(outcome);
    }
}

#[tokio::test(start_paused = true)]
async fn the_breaker_hears_every_attempt_and_ends_the_call_where_it_is_open() {
    let breaker = Breaker::default();
    let service = Scripted::new(&[Fail(0, RESET), Word::Ok(0), Hang]);
    let layer = RetryLayer::new(policy()).breaker(breaker.clone());
    let retried = layer.layer(service.clone());
    retried.clone().oneshot(7).await.unwrap();
    let failure = GateOutcome::Failure(Verdict::transient());
    assert_eq!(breaker.0.lock().unwrap().1, [failure, GateOutcome::Success]);

    let dropped = tokio::time::timeout(MS, retried.clone().oneshot(7)).await;
    assert!(dropped.is_err());
    assert_eq!(breaker.0.lock().unwrap().1[2..], [GateOutcome::Abandoned]);

    breaker.0.lock().unwrap().0 = true;
    let error = retried.clone().oneshot(7).await.unwrap_err();
    assert!(
        matches!(error.get_ref(), Some(inner) if inner.is::<Rejected>()),
        "{error:?}"
    );
    assert_eq!(service.seen().len(), 3, "nothing was sent");
}

/// Half open: what it admits is to find out whether the service is back.
struct Probing;

impl Gate for Probing {
    fn admit(&self) -> Result<Admission, Rejected> {
        Ok(Admission::Probe)
    }
    fn record(&self, _: Admission, _: GateOutcome) {}
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_is_not_retried() {
    let service = Scripted::new(&[Fail(0, RESET)]);
    let layer = RetryLayer::new(policy()).breaker(Probing);
    let error = layer.layer(service.clone()).oneshot(7).await.unwrap_err();
    assert_eq!(error.kind(), RESET);
    assert_eq!(service.seen(), [0]);
}

#[test]
fn a_layer_shows_its_parts_without_what_is_behind_them() {
    let layer = RetryLayer::new(policy())
        .budget_per(|request: &u32| *request, Budget::standard)
        .breaker(Probing)
        .name("users");
    let shown = format!("{layer:?}");
    for part in [
        "budgets: BudgetPerKey,",
        "breaker: Some(Breaker)",
        "\"users\"",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
}
