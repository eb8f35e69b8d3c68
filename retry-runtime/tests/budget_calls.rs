//! What calls pay: the budget's tokens after whole calls, with and without hedging.
#![cfg(all(feature = "macros", feature = "tokio", not(loom)))]
#![allow(clippy::float_cmp, reason = "the figures compared are exact by design")]

use std::cell::RefCell;
use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use retry_runtime::gate::{Admission, Gate, GateOutcome};
use retry_runtime::{Budget, Elapsed, Rejected, Transient, Verdict, retry};
use tokio::time::sleep;

/// What a call is answered.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Success,
    Failure(Verdict),
    /// After so many milliseconds.
    Late(u64, Option<Verdict>),
    Never,
}

use Answer::{Failure, Late, Never, Success};

#[derive(Debug, PartialEq)]
struct Failed(Verdict);

impl Transient for Failed {
    fn verdict(&self) -> Verdict {
        self.0
    }
}

impl From<Elapsed> for Failed {
    fn from(_: Elapsed) -> Self {
        Self(Verdict::transient())
    }
}

impl From<Rejected> for Failed {
    fn from(_: Rejected) -> Self {
        Self(Verdict::not_sent())
    }
}

struct Client {
    budget: Budget,
    /// The next one last.
    answers: RefCell<Vec<Answer>>,
    gate: Turnstile,
}

/// Lets as many attempts through.
struct Turnstile(AtomicU32);

impl Gate for Turnstile {
    fn admit(&self) -> Result<Admission, Rejected> {
        match self
            .0
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
        {
            Ok(_) => Ok(Admission::Normal),
            Err(_) => Err(Rejected::new()),
        }
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}

impl Client {
    /// With the answers in the order in which they come, and one token a success.
    fn new(answers: &[Answer]) -> Self {
        let budget = Budget::new(100).unwrap();
        // From here on failures cost; what is counted before the first one earns nothing.
        budget.record_success();
        Self {
            budget,
            answers: RefCell::new(answers.iter().rev().copied().collect()),
            gate: Turnstile(2.into()),
        }
    }

    async fn ask(&self) -> Result<(), Failed> {
        let answer = self.answers.borrow_mut().pop().unwrap();
        let failure = match answer {
            Success => None,
            Failure(verdict) => Some(verdict),
            Late(millis, failure) => {
                sleep(Duration::from_millis(millis)).await;
                failure
            }
            Never => pending().await,
        };
        failure.map_or(Ok(()), |verdict| Err(Failed(verdict)))
    }

    #[retry(budget = &self.budget)]
    async fn plain(&self) -> Result<(), Failed> {
        self.ask().await
    }

    #[retry(budget = &self.budget, timeout = 1s)]
    async fn timed(&self) -> Result<(), Failed> {
        self.ask().await
    }

    #[retry(budget = &self.budget, breaker = &self.gate)]
    async fn gated(&self) -> Result<(), Failed> {
        self.ask().await
    }

    #[retry(budget = &self.budget, hedge = hedge(50ms, 2))]
    async fn hedged(&self) -> Result<(), Failed> {
        self.ask().await
    }

    fn spent(&self) -> f64 {
        assert!(self.answers.borrow().is_empty(), "all were asked for");
        10.0 - self.budget.level()
    }
}

fn transient() -> Answer {
    Failure(Verdict::transient())
}

fn overloaded() -> Answer {
    Failure(Verdict::transient().overloaded())
}

fn not_sent() -> Answer {
    Failure(Verdict::not_sent())
}

/// Whatever fades is a matter of milliseconds here.
#[track_caller]
fn assert_spent(client: &Client, tokens: f64) {
    let spent = client.spent();
    assert!((spent - tokens).abs() < 0.2, "{spent} is not {tokens}");
}

#[tokio::test(start_paused = true)]
async fn a_call_pays_by_its_verdicts() {
    let permanent = Failure(Verdict::permanent());
    let refused = Failure(Verdict::refused());
    for (answers, spent) in [
        // Four failures and three retries.
        (vec![transient(); 4], 7.0),
        (vec![not_sent(); 4], 3.0),
        (vec![refused; 4], 7.0),
        (vec![overloaded(); 4], 7.0),
        (vec![permanent], 0.0),
        (vec![transient(), permanent], 2.0),
        (vec![not_sent(), permanent], 1.0),
        // A success earns one token here, and a retry that succeeds two more.
        (vec![transient(), Success], 2.0 - 3.0),
        (vec![not_sent(), Success], 1.0 - 3.0),
        (vec![overloaded(), Success], 2.0 - 1.0),
        (vec![transient(), transient(), Success], 4.0 - 3.0),
        // It is the last failure that counts.
        (vec![overloaded(), transient(), Success], 4.0 - 3.0),
        (vec![transient(), overloaded(), Success], 4.0 - 1.0),
    ] {
        let client = Client::new(&answers);
        let _ = client.plain().await;
        assert_spent(&client, spent);
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_at_once_earns_its_share_alone() {
    let client = Client::new(&[transient(), transient(), transient(), transient(), Success]);
    let _ = client.plain().await;
    client.plain().await.unwrap();
    assert_spent(&client, 7.0 - 1.0);
}

#[tokio::test(start_paused = true)]
async fn time_outs_cost() {
    let client = Client::new(&[Never; 4]);
    let _ = client.timed().await;
    assert_spent(&client, 7.0);
    // And they earn five where a retry mends them.
    let client = Client::new(&[Never, Success]);
    client.timed().await.unwrap();
    assert_spent(&client, 2.0 - 6.0);
}

#[tokio::test(start_paused = true)]
async fn a_rejection_costs_nothing() {
    let client = Client::new(&[transient(), transient()]);
    assert_eq!(client.gated().await, Err(Failed(Verdict::not_sent())));
    // Two failures and one retry; the second one was not let through.
    assert_spent(&client, 3.0);
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_in_its_wait_has_paid_for_the_failure() {
    let client = Client::new(&[transient()]);
    let call = tokio::time::timeout(Duration::from_millis(1), client.plain());
    assert!(call.await.is_err());
    assert_spent(&client, 1.0);
}

#[tokio::test(start_paused = true)]
async fn losers_of_a_hedge_cost_nothing_and_its_winner_earns_nothing_extra() {
    let client = Client::new(&[Never, Success]);
    client.hedged().await.unwrap();
    assert_spent(&client, 1.0 - 1.0);
    let client = Client::new(&[Never, Never, Success]);
    client.hedged().await.unwrap();
    assert_spent(&client, 2.0 - 1.0);
    // The first attempt fails while the hedge runs; its retry waits when the hedge wins,
    // and is given back.
    let client = Client::new(&[Late(60, Some(Verdict::transient())), Late(30, None)]);
    client.hedged().await.unwrap();
    assert_spent(&client, 1.0 + 1.0 - 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_retry_of_a_hedged_call_pays_for_itself() {
    let client = Client::new(&[transient(), Success]);
    client.hedged().await.unwrap();
    assert_spent(&client, 2.0 - 3.0);
    let client = Client::new(&[overloaded(), Success]);
    client.hedged().await.unwrap();
    assert_spent(&client, 2.0 - 1.0);
    // So does one beside a hedge that hangs.
    let client = Client::new(&[Late(60, Some(Verdict::transient())), Never, Success]);
    client.hedged().await.unwrap();
    assert_spent(&client, 1.0 + 2.0 - 3.0);
    // All that fails costs.
    let client = Client::new(&[transient(); 4]);
    let _ = client.hedged().await;
    assert_spent(&client, 7.0);
}

#[test]
fn statics_are_built_at_compile_time() {
    static PLAIN: Budget = Budget::standard().reserve(4).per_second(0);
    static CHECKED: Budget = match Budget::new(50) {
        Ok(budget) => match budget.window(Duration::from_secs(1)) {
            Ok(budget) => budget,
            Err(_) => panic!("the window is not zero"),
        },
        Err(_) => panic!("50 is a percentage"),
    };
    assert_eq!(PLAIN.level(), 4.0);
    assert_eq!(CHECKED.level(), 10.0);
}
