//! `budget`: how many retries a function may add to the load of a service.

mod hosts;
#[path = "../support/mod.rs"]
mod support;

use retry_runtime::{Budget, Ended, idempotent, retry};
use std::sync::Arc;
use std::time::Duration;
use support::{Calls, Fault, ms, recorded, timed};

/// The call's outcome, or why it ended without one.
type Told = Result<u32, Ended>;

/// What a fallback makes of the reason, to be seen by the test.
fn told(error: Fault, ended: Ended) -> Result<u32, Fault> {
    assert!(matches!(error, Fault::Down(_)), "{error:?}");
    Err(Fault::Bad(ended as u32))
}

fn reason(outcome: Result<u32, Fault>) -> Told {
    match outcome {
        Ok(number) => Ok(number),
        Err(Fault::Bad(reason)) if reason == Ended::Budget as u32 => Err(Ended::Budget),
        Err(Fault::Bad(reason)) if reason == Ended::Exhausted as u32 => Err(Ended::Exhausted),
        Err(other) => panic!("not told: {other:?}"),
    }
}

fn exactly(budget: &Budget, level: f64) {
    let difference = (budget.level() - level).abs();
    assert!(difference < 1e-6, "{} and not {level}", budget.level());
}

#[retry(backoff = none)]
async fn by_default(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_is_on_by_default_with_a_reserve_of_10() {
    let calls = Calls::new();
    for _ in 0..3 {
        assert!(by_default(&calls).await.is_err());
    }
    assert_eq!(calls.count(), 3 * 4, "three calls with three retries each");
    assert!(by_default(&calls).await.is_err());
    assert_eq!(calls.count(), 3 * 4 + 2, "the tenth retry");
    for call in 1..=100 {
        assert_eq!(by_default(&calls).await, Err(Fault::Down(14 + call)));
    }
    assert_eq!(calls.count(), 114, "then every call is its first attempt");
}

#[retry]
async fn refused(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_the_last_error_at_once() {
    let calls = Calls::new();
    for _ in 0..3 {
        assert!(timed(refused(&calls)).await.1 > ms(200), "retries wait");
    }
    let _ = refused(&calls).await;
    let (outcome, took) = timed(refused(&calls)).await;
    assert_eq!(outcome, Err(Fault::Down(15)));
    assert_eq!(took, Duration::ZERO);
}

#[retry(backoff = none)]
async fn generic<T: Send>(calls: &Calls, _: T) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn all_monomorphisations_share_it() {
    let calls = Calls::new();
    for _ in 0..2 {
        assert!(generic(&calls, 1_u8).await.is_err());
        assert!(generic(&calls, "text").await.is_err());
    }
    assert_eq!(calls.count(), 4 + 10);
    assert_eq!(generic(&calls, 2.5_f64).await, Err(Fault::Down(15)));
    assert_eq!(generic(&calls, 1_u8).await, Err(Fault::Down(16)));
}

trait Ask {
    fn calls(&self) -> &Calls;

    #[retry(backoff = none)]
    fn ask(&self) -> impl Future<Output = Result<u32, Fault>> {
        async { self.calls().fail() }
    }
}

struct One(Calls);
struct Other(Calls);

impl Ask for One {
    fn calls(&self) -> &Calls {
        &self.0
    }
}

impl Ask for Other {
    fn calls(&self) -> &Calls {
        &self.0
    }
}

#[tokio::test(start_paused = true)]
async fn all_that_inherit_a_default_method_share_it() {
    let (one, other) = (One(Calls::new()), Other(Calls::new()));
    for _ in 0..4 {
        assert!(one.ask().await.is_err());
    }
    assert_eq!(other.ask().await, Err(Fault::Down(1)));
}

#[retry(backoff = none)]
async fn first_of_two(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(backoff = none)]
async fn second_of_two(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn each_function_has_its_own() {
    let calls = Calls::new();
    for _ in 0..20 {
        assert!(first_of_two(&calls).await.is_err());
    }
    assert_eq!(calls.count(), 20 + 10);
    assert!(second_of_two(&calls).await.is_err());
    assert_eq!(calls.count(), 30 + 4);
}

#[retry(backoff = none, sleep = support::skip)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[test]
fn a_sync_function_has_one_too() {
    let calls = Calls::new();
    for _ in 0..5 {
        assert!(sync(&calls).is_err());
    }
    assert_eq!(calls.count(), 5 + 10);
}

#[retry(max = 1, backoff = none, budget = 30%, fallback = |error, end| told(error, end.reason))]
async fn thirty(calls: &Calls, fails: bool) -> Result<u32, Fault> {
    if fails {
        calls.fail()
    } else {
        Ok(calls.next())
    }
}

#[tokio::test(start_paused = true)]
async fn a_percentage_is_a_share_of_the_successes() {
    let calls = Calls::new();
    while reason(thirty(&calls, true).await) == Err(Ended::Exhausted) {}
    assert_eq!(calls.count(), 10 * 2 + 1, "the reserve");
    for _ in 0..30 {
        assert!(thirty(&calls, false).await.is_ok());
    }
    let retried = async || reason(thirty(&calls, true).await) == Err(Ended::Exhausted);
    // Each is two failures and a retry.
    assert!(retried().await && retried().await && retried().await);
    assert!(!retried().await, "thirty successes earn nine tokens");
}

#[retry(max = 1, backoff = none, budget = "100%", fallback = |error, end| told(error, end.reason))]
async fn in_quotes(calls: &Calls, fails: bool) -> Result<u32, Fault> {
    if fails {
        calls.fail()
    } else {
        Ok(calls.next())
    }
}

#[tokio::test(start_paused = true)]
async fn a_percentage_may_be_quoted() {
    let calls = Calls::new();
    while reason(in_quotes(&calls, true).await) == Err(Ended::Exhausted) {}
    for _ in 0..3 {
        assert!(in_quotes(&calls, false).await.is_ok());
    }
    assert_eq!(reason(in_quotes(&calls, true).await), Err(Ended::Exhausted));
    assert_eq!(reason(in_quotes(&calls, true).await), Err(Ended::Budget));
}

#[retry(backoff = none, budget = none)]
async fn without(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn none_holds_nothing_back() {
    let calls = Calls::new();
    for _ in 0..100 {
        assert!(without(&calls).await.is_err());
    }
    assert_eq!(calls.count(), 400);
}

/// A host of a service, with what is left for it.
struct Host {
    calls: Calls,
    budget: Budget,
}

impl Host {
    fn new(budget: Budget) -> Self {
        let calls = Calls::new();
        Self { calls, budget }
    }

    #[retry(backoff = none, budget = &self.budget, fallback = |error, end| told(error, end.reason))]
    async fn get(&self, failures: u32) -> Result<u32, Fault> {
        self.calls.fail_first(failures)
    }

    /// Another method of the same host.
    #[retry(backoff = none, budget = &self.budget, sleep = support::skip)]
    fn put(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn an_expression_is_the_budget_that_is_asked() {
    let host = Host::new(Budget::new(20).unwrap());
    assert!(host.get(0).await.is_ok());
    // Four failures and three retries.
    assert_eq!(reason(host.get(99).await), Err(Ended::Exhausted));
    exactly(&host.budget, 3.0);
    assert_eq!(reason(host.get(99).await), Err(Ended::Budget));
    assert_eq!(host.calls.count(), 1 + 4 + 2);
    exactly(&host.budget, 0.0);
    for _ in 0..5 {
        assert!(host.get(0).await.is_ok());
    }
    exactly(&host.budget, 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_budget_a_host_keeps_hosts_apart_and_its_methods_together() {
    let dead = Host::new(Budget::standard());
    let healthy = Host::new(Budget::standard());
    for _ in 0..3 {
        assert!(dead.put().is_err());
    }
    assert_eq!(reason(dead.get(99).await), Err(Ended::Budget));
    assert_eq!(healthy.get(2).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_success_earns_once_however_many_attempts_it_took() {
    let host = Host::new(Budget::new(100).unwrap());
    assert_eq!(host.get(3).await, Ok(4));
    // The share, and two for the retry that helped.
    exactly(&host.budget, 10.0 - 3.0 + 1.0 + 2.0);
}

#[tokio::test(start_paused = true)]
async fn a_first_attempt_is_never_held_back() {
    let host = Host::new(Budget::standard().reserve(0));
    for call in 1..=200 {
        assert_eq!(host.put(), Err(Fault::Down(call)));
    }
    exactly(&host.budget, 0.0);
}

/// The reserve counts as no less than twice `max`.
#[tokio::test(start_paused = true)]
async fn a_small_reserve_is_enough_for_one_call() {
    let host = Host::new(Budget::standard().reserve(1));
    assert!(host.get(0).await.is_ok());
    assert_eq!(host.get(4).await, Ok(5));
}

#[retry(backoff = none, budget = budget)]
async fn by_argument(budget: &Budget, calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(backoff = none, budget = &budget)]
async fn by_arc(budget: Arc<Budget>, calls: Arc<Calls>) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_may_be_an_argument() {
    let budget = Arc::new(Budget::standard());
    while budget.level() > 3.0 {
        assert!(budget.try_retry(3));
    }
    let calls = Arc::new(Calls::new());
    assert_eq!(by_argument(&budget, &calls).await, Err(Fault::Down(4)));
    let task = tokio::spawn(by_arc(Arc::clone(&budget), Arc::clone(&calls)));
    assert_eq!(task.await.unwrap(), Err(Fault::Down(5)));
}

#[retry(max = 2, on = |error| matches!(error, Fault::Down(_)), budget = budget, sleep = support::sleep)]
async fn permanent(budget: &Budget, calls: &Calls) -> Result<u32, Fault> {
    match calls.next() {
        1 => Err(Fault::Down(1)),
        number => Err(Fault::Bad(number)),
    }
}

#[tokio::test(start_paused = true)]
async fn only_retries_that_are_made_are_paid_for() {
    let budget = Budget::standard();
    let (outcome, asked) = recorded(permanent(&budget, &Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Bad(2)));
    assert_eq!(asked.len(), 1);
    exactly(&budget, 9.0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_in_its_wait_gives_the_retry_back() {
    let budget = Budget::standard();
    let calls = Calls::new();
    let call = tokio::time::timeout(ms(10), permanent(&budget, &calls));
    assert!(call.await.is_err());
    assert_eq!(calls.count(), 1);
    exactly(&budget, 10.0);
}

struct Users {
    calls: Calls,
    budget: Budget,
    slow: Budget,
}

#[retry(backoff = none, sleep = support::skip, budget = &self.budget)]
impl Users {
    #[idempotent]
    fn get(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[idempotent]
    #[retry(max = 1)]
    fn list(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[idempotent]
    #[retry(budget = &self.slow)]
    fn report(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[idempotent]
    #[retry(budget = none)]
    fn ping(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[test]
fn the_budget_of_an_impl_block_reaches_every_method() {
    let users = Users {
        calls: Calls::new(),
        budget: Budget::standard(),
        slow: Budget::standard(),
    };
    assert!(users.get().is_err());
    exactly(&users.budget, 7.0);
    assert!(users.list().is_err());
    exactly(&users.budget, 6.0);
    assert!(users.report().is_err());
    assert!(users.ping().is_err());
    exactly(&users.budget, 6.0);
    exactly(&users.slow, 7.0);
}

struct Shared(Calls);

#[retry(backoff = none, sleep = support::skip, budget = 20%)]
impl Shared {
    #[idempotent]
    fn get(&self) -> Result<u32, Fault> {
        self.0.fail()
    }

    #[idempotent]
    fn list(&self) -> Result<u32, Fault> {
        self.0.fail()
    }
}

/// A percentage is a budget of each function, on an impl block too: what its
/// methods are to share is an expression.
#[test]
fn a_percentage_on_an_impl_block_is_each_methods_own() {
    let shared = Shared(Calls::new());
    for _ in 0..5 {
        assert!(shared.get().is_err());
    }
    assert_eq!(shared.0.count(), 5 + 10);
    assert!(shared.list().is_err());
    assert_eq!(shared.0.count(), 15 + 4);
}
