//! `breaker`: a circuit breaker admits each attempt.

mod outage;
mod support;

use outage::{Breaker, Door};
use retry_runtime::gate::{Admission, GateOutcome};
use retry_runtime::{Budget, Ended, Gate, Rejected, Verdict, idempotent, retry};
use std::future::pending;
use std::sync::Arc;
use support::{Calls, Fault, ms, timed};

const FAILURE: GateOutcome = GateOutcome::Failure(Verdict::transient());

/// A failure of the service, or of the breaker.
#[derive(Debug, PartialEq)]
enum Broken {
    Service(Fault),
    Open(Rejected),
}

impl From<Rejected> for Broken {
    fn from(rejected: Rejected) -> Self {
        Broken::Open(rejected)
    }
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Broken::Service(fault)
    }
}

impl retry_runtime::Transient for Broken {
    fn verdict(&self) -> Verdict {
        match self {
            Broken::Service(fault) => fault.verdict(),
            Broken::Open(_) => Verdict::transient(),
        }
    }
}

struct Client {
    breaker: Breaker,
    calls: Calls,
    budget: Budget,
}

impl Client {
    fn new(door: Door) -> Self {
        Self {
            breaker: Breaker::new(door),
            calls: Calls::new(),
            budget: Budget::standard(),
        }
    }

    #[retry(breaker = &self.breaker, budget = &self.budget)]
    async fn get(&self, failures: u32) -> Result<u32, Broken> {
        Ok(self.calls.fail_first(failures)?)
    }

    #[retry(breaker = &self.breaker, rejected = unavailable)]
    async fn find(&self) -> Result<u32, Fault> {
        self.calls.next();
        Err(Fault::Bad(404))
    }

    #[retry(breaker = &self.breaker, rejected = unavailable)]
    async fn hang(&self) -> Result<u32, Fault> {
        self.calls.next();
        pending().await
    }

    #[retry(breaker = &self.breaker, rejected = unavailable, fallback = |error, end| {
        assert_eq!(end.reason, Ended::Rejected);
        Err(error)
    })]
    async fn with_fallback(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

fn unavailable(_: Rejected) -> Fault {
    Fault::Bad(503)
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_admitted_and_recorded() {
    let client = Client::new(Door::Closed);
    assert_eq!(client.get(2).await, Ok(3));
    assert_eq!(client.breaker.admitted(), 3);
    assert_eq!(
        client.breaker.heard(),
        [FAILURE, FAILURE, GateOutcome::Success]
    );
    assert_eq!(client.breaker.terms(), [Admission::Normal; 3]);
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_fails_fast_and_nothing_is_called() {
    let client = Client::new(Door::Open);
    let (outcome, took) = timed(client.get(0)).await;
    assert_eq!(outcome, Err(Broken::Open(Rejected::new())));
    assert_eq!(took, ms(0), "although the error says that it is transient");
    assert_eq!(client.calls.count(), 0);
    assert!(client.breaker.heard().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_opens_in_between_ends_the_retries() {
    let client = Client::new(Door::OpensAt(2));
    assert_eq!(client.get(9).await, Err(Broken::Open(Rejected::new())));
    assert_eq!(client.calls.count(), 2);
    assert_eq!(client.breaker.heard(), [FAILURE, FAILURE]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_the_breaker_rejects_is_not_paid_for() {
    let client = Client::new(Door::OpensAt(2));
    assert!(client.get(9).await.is_err());
    // One retry was made; the one that was rejected is given back.
    assert!((client.budget.level() - 9.0).abs() < 1e-6);
}

#[tokio::test(start_paused = true)]
async fn the_fallback_is_told_of_it() {
    for door in [Door::Open, Door::OpensAt(2), Door::HalfOpen] {
        let client = Client::new(door);
        assert!(client.with_fallback().await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_does_not_open_it() {
    let client = Client::new(Door::OpensAt(1));
    for _ in 0..3 {
        assert_eq!(client.find().await, Err(Fault::Bad(404)));
    }
    assert_eq!(client.breaker.heard(), [GateOutcome::Success; 3]);
}

#[tokio::test(start_paused = true)]
async fn where_nobody_knows_the_error_the_word_of_on_is_heard() {
    #[derive(Debug)]
    struct Unknown;

    impl std::fmt::Display for Unknown {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("trouble")
        }
    }

    impl std::error::Error for Unknown {}

    #[retry(max = 2, backoff = none, budget = none, breaker = breaker, on = |_| true)]
    async fn get(breaker: &Breaker) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Err(Unknown.into())
    }

    #[retry(max = 2, backoff = none, budget = none, breaker = breaker, on = always)]
    async fn find(breaker: &Breaker) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Err(Unknown.into())
    }

    let client = Client::new(Door::Closed);
    get(&client.breaker).await.unwrap_err();
    assert_eq!(client.breaker.heard(), [FAILURE; 3]);
    let client = Client::new(Door::Closed);
    find(&client.breaker).await.unwrap_err();
    assert_eq!(client.breaker.heard(), [FAILURE; 3]);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_is_not_retried() {
    let client = Client::new(Door::HalfOpen);
    let (outcome, took) = timed(client.get(9)).await;
    assert_eq!(outcome, Err(Fault::Down(1).into()), "its own error");
    assert_eq!(took, ms(0));
    assert_eq!(client.breaker.terms(), [Admission::Probe]);
    assert_eq!(client.breaker.heard(), [FAILURE]);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_succeeds_is_a_success() {
    let client = Client::new(Door::HalfOpen);
    assert_eq!(client.get(0).await, Ok(1));
    assert_eq!(client.breaker.heard(), [GateOutcome::Success]);
    assert_eq!(client.breaker.terms(), [Admission::Probe]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_dropped_half_way_is_abandoned() {
    let client = Client::new(Door::HalfOpen);
    assert!(tokio::time::timeout(ms(5), client.hang()).await.is_err());
    assert_eq!(client.breaker.heard(), [GateOutcome::Abandoned]);
    assert_eq!(client.breaker.terms(), [Admission::Probe]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_in_its_wait_has_recorded_its_attempt() {
    let client = Client::new(Door::Closed);
    assert!(tokio::time::timeout(ms(5), client.get(9)).await.is_err());
    assert_eq!(client.breaker.heard(), [FAILURE]);
}

#[retry(max = 1, timeout = 10ms, breaker = breaker, rejected = unavailable, on = |_| true)]
async fn cut(breaker: &Breaker) -> Result<u32, Fault> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_cut_has_failed() {
    let breaker = Breaker::new(Door::Closed);
    assert!(matches!(cut(&breaker).await, Err(Fault::Late(_))));
    let late = GateOutcome::Failure(Verdict::transient().timed_out());
    assert_eq!(breaker.heard(), [late, late]);
}

#[retry(max = 1, backoff = none, breaker = breaker, rejected = unavailable, on_ok = |number| *number < 9)]
async fn empty(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
    Ok(calls.next())
}

#[tokio::test(start_paused = true)]
async fn a_response_judged_like_a_failure_is_one() {
    let breaker = Breaker::new(Door::Closed);
    assert_eq!(empty(&breaker, &Calls::new()).await, Ok(2));
    assert_eq!(breaker.heard(), [FAILURE, FAILURE]);
}

#[retry(max = 2, backoff = none, sleep = support::skip, breaker = breaker, rejected = unavailable)]
fn sync(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[test]
fn a_sync_function_asks_it_too() {
    let (breaker, calls) = (Breaker::new(Door::OpensAt(2)), Calls::new());
    assert_eq!(sync(&breaker, &calls), Err(Fault::Bad(503)));
    assert_eq!(sync(&breaker, &calls), Err(Fault::Bad(503)));
    assert_eq!(calls.count(), 2);
    assert_eq!(breaker.heard(), [FAILURE, FAILURE]);
}

#[retry(max = 1, backoff = none, breaker = breaker, rejected = unavailable)]
async fn erased(breaker: Arc<dyn Gate + Send + Sync>) -> Result<u32, Fault> {
    Err(Fault::Down(1))
}

#[retry(max = 1, backoff = none, breaker = breaker, rejected = unavailable)]
async fn generic<G: Gate + Sync>(breaker: &G) -> Result<u32, Fault> {
    Err(Fault::Down(1))
}

#[tokio::test(start_paused = true)]
async fn any_gate_will_do() {
    let breaker = Arc::new(Breaker::new(Door::Closed));
    let shared: Arc<dyn Gate + Send + Sync> = breaker.clone();
    // Across threads: the future is `Send`.
    assert!(tokio::spawn(erased(shared)).await.unwrap().is_err());
    assert!(generic(&*breaker).await.is_err());
    assert_eq!(breaker.heard(), [FAILURE; 4]);
}

#[retry(backoff = none, breaker = &self.breaker, rejected = unavailable)]
impl Client {
    #[idempotent]
    async fn list(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[idempotent]
    #[retry(max = 1)]
    async fn count(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn the_breaker_of_an_impl_block_reaches_every_method() {
    let client = Client::new(Door::Closed);
    assert!(client.list().await.is_err());
    assert_eq!(client.breaker.heard().len(), 4);
    assert!(client.count().await.is_err());
    assert_eq!(client.breaker.heard().len(), 6);
}
