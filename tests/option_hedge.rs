//! `hedge`: another attempt beside one that has not answered.

mod outage;
mod support;

use allocation_counter::measure;
use outage::Alive;
use retry_runtime::{Budget, Ended, HedgeDelay, Verdict, idempotent, retry};
use std::cell::RefCell;
use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use support::{Calls, Fault, ms, timed};
use tokio::time::{Instant, sleep};

/// What the service does with one call.
#[derive(Clone, Copy)]
struct Answer {
    after: u64,
    verdict: Option<Verdict>,
}

const fn ok(after: u64) -> Answer {
    Answer {
        after,
        verdict: None,
    }
}

const fn err(after: u64, verdict: Verdict) -> Answer {
    Answer {
        after,
        verdict: Some(verdict),
    }
}

const fn down(after: u64) -> Answer {
    err(after, Verdict::transient())
}

/// An answer for each call, in the order of their starts; the last one again
/// for those that follow.
struct Service {
    answers: Vec<Answer>,
    begun: Instant,
    starts: Mutex<Vec<u128>>,
    alive: Alive,
    budget: Budget,
}

/// The number of the call that failed, and what it says about another try.
#[derive(Debug, PartialEq)]
struct Failed(u32, Verdict);

impl retry_runtime::Transient for Failed {
    fn verdict(&self) -> Verdict {
        self.1
    }
}

impl From<retry_runtime::Elapsed> for Failed {
    fn from(_: retry_runtime::Elapsed) -> Self {
        Failed(0, Verdict::transient())
    }
}

type Outcome = Result<u32, Failed>;

impl Service {
    fn new(answers: &[Answer]) -> Self {
        Self {
            answers: answers.to_vec(),
            begun: Instant::now(),
            starts: Mutex::default(),
            alive: Alive::default(),
            budget: Budget::new(100).unwrap(),
        }
    }

    /// When the calls began, in milliseconds.
    fn starts(&self) -> Vec<u128> {
        self.starts.lock().unwrap().clone()
    }

    async fn ask(&self) -> Outcome {
        let _alive = self.alive.guard();
        let number = {
            let mut starts = self.starts.lock().unwrap();
            starts.push(self.begun.elapsed().as_millis());
            starts.len()
        };
        let last = self.answers.last().unwrap();
        let answer = self.answers.get(number - 1).unwrap_or(last);
        sleep(ms(answer.after)).await;
        let number = u32::try_from(number).unwrap();
        answer
            .verdict
            .map_or(Ok(number), |verdict| Err(Failed(number, verdict)))
    }

    #[retry(hedge = 50ms, jitter = none)]
    async fn get(&self) -> Outcome {
        self.ask().await
    }

    #[retry(hedge(50ms, 2), jitter = none, budget = &self.budget)]
    async fn two(&self) -> Outcome {
        self.ask().await
    }

    #[retry(hedge(50ms, 8), max = 9, jitter = none)]
    async fn eight(&self) -> Outcome {
        self.ask().await
    }

    #[retry(hedge(50ms, 8), max = 2, jitter = none)]
    async fn bounded(&self) -> Outcome {
        self.ask().await
    }

    #[retry(hedge = 50ms, jitter = none, fallback = |error, ended| {
        assert_eq!(ended, if error.1 == Verdict::permanent() { Ended::Permanent } else { Ended::Exhausted });
        Err(error)
    })]
    async fn told(&self) -> Outcome {
        self.ask().await
    }
}

#[tokio::test(start_paused = true)]
async fn no_answer_within_the_delay_starts_another_attempt_beside_the_first() {
    let service = Service::new(&[ok(1000), ok(20)]);
    let (outcome, took) = timed(service.get()).await;
    assert_eq!(outcome, Ok(2), "the first success wins");
    assert_eq!(took, ms(70));
    assert_eq!(service.starts(), [0, 50]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_within_the_delay_is_the_only_attempt() {
    let service = Service::new(&[ok(49)]);
    assert_eq!(service.get().await, Ok(1));
    assert_eq!(service.starts(), [0]);
}

#[tokio::test(start_paused = true)]
async fn the_first_attempt_may_win_after_all() {
    let service = Service::new(&[ok(60), ok(1000)]);
    let (outcome, took) = timed(service.get()).await;
    assert_eq!((outcome, took), (Ok(1), ms(60)));
}

#[tokio::test(start_paused = true)]
async fn by_default_there_is_one_hedge_and_as_many_as_are_written() {
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.get().await, Ok(1));
    assert_eq!(service.starts(), [0, 50]);
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.two().await, Ok(1));
    assert_eq!(service.starts(), [0, 50, 100]);
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.eight().await, Ok(1));
    assert_eq!(service.starts(), [0, 50, 100, 150, 200, 250, 300, 350, 400]);
}

#[tokio::test(start_paused = true)]
async fn max_bounds_hedges_and_retries_together() {
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.bounded().await, Ok(1));
    assert_eq!(service.starts(), [0, 50, 100]);
    let service = Service::new(&[down(60), down(1000)]);
    assert!(service.bounded().await.is_err());
    assert_eq!(service.starts().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn losers_are_dropped_before_the_outcome_is_there() {
    let service = Service::new(&[ok(1000), ok(1000), ok(20)]);
    let mut call = pin!(service.two());
    tokio::select! {
        biased;
        _ = &mut call => panic!("answers after 120 ms"),
        () = sleep(ms(110)) => {}
    }
    assert_eq!(service.alive.count(), 3);
    assert_eq!(call.as_mut().await, Ok(3));
    // The call itself is still there.
    assert_eq!(service.alive.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_error_never_beats_a_pending_attempt() {
    for verdict in [Verdict::transient(), Verdict::permanent()] {
        let service = Service::new(&[ok(500), err(10, verdict), err(1000, verdict)]);
        let (outcome, took) = timed(service.get()).await;
        assert_eq!((outcome, took), (Ok(1), ms(500)), "{verdict}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_attempt_goes_on_after_its_backoff_beside_the_pending_one() {
    let service = Service::new(&[ok(1000), down(10), ok(10)]);
    let (outcome, took) = timed(service.get()).await;
    assert_eq!(outcome, Ok(3));
    // 50 + 10, then the first backoff of 100.
    assert_eq!(service.starts(), [0, 50, 160]);
    assert_eq!(took, ms(170));
}

#[tokio::test(start_paused = true)]
async fn a_failure_before_the_delay_is_retried_as_usual() {
    let service = Service::new(&[down(10), down(10), ok(10)]);
    assert_eq!(service.get().await, Ok(3));
    assert_eq!(service.starts(), [0, 110, 270]);
}

#[tokio::test(start_paused = true)]
async fn the_last_error_comes_back_and_the_fallback_is_told() {
    let service = Service::new(&[down(10)]);
    assert_eq!(service.told().await, Err(Failed(4, Verdict::transient())));
    let permanent = Verdict::permanent();
    let service = Service::new(&[err(500, permanent), down(10)]);
    assert_eq!(service.told().await, Err(Failed(1, permanent)));
}

#[tokio::test(start_paused = true)]
async fn the_budget_pays_for_hedges() {
    let service = Service::new(&[ok(1000)]);
    assert_eq!(service.two().await, Ok(1));
    // 30 - 2 + 1; what was earned has faded a little.
    let level = service.budget.level();
    assert!((28.9..29.0).contains(&level), "{level}");
}

#[tokio::test(start_paused = true)]
async fn without_hedging_it_is_a_retried_call() {
    let service = Service::new(&[down(10), down(10), down(10), ok(10)]);
    assert_eq!(service.get().await, Ok(4));
}

struct Delays {
    fixed: Duration,
    maybe: Option<Duration>,
    follows: HedgeDelay,
    calls: Calls,
}

/// Answers after `slow` the first time, and at once after that.
async fn slow_first(calls: &Calls, slow: u64) -> Result<u32, Fault> {
    let number = calls.next();
    if number == 1 {
        sleep(ms(slow)).await;
    }
    Ok(number)
}

impl Delays {
    fn new(maybe: Option<Duration>) -> Self {
        Self {
            fixed: ms(30),
            maybe,
            follows: HedgeDelay::new(),
            calls: Calls::new(),
        }
    }

    #[retry(hedge = self.fixed)]
    async fn fixed(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }

    #[retry(hedge = self.maybe)]
    async fn maybe(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }

    #[retry(hedge = &self.follows)]
    async fn follows(&self, slow: u64) -> Result<u32, Fault> {
        slow_first(&self.calls, slow).await
    }

    #[retry(hedge = self.follows.delay())]
    async fn percentile(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }

    #[retry(hedge = "hedge(40ms, 2)")]
    async fn quoted(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }

    #[retry(hedge = hedge(self.fixed, 2))]
    async fn of_two(&self) -> Result<u32, Fault> {
        slow_first(&self.calls, 1000).await
    }
}

#[tokio::test(start_paused = true)]
async fn the_delay_may_be_an_expression() {
    for (maybe, expected) in [(Some(ms(40)), 40), (None, 1000)] {
        let delays = Delays::new(maybe);
        assert_eq!(timed(delays.maybe()).await.1, ms(expected));
    }
    assert_eq!(timed(Delays::new(None).fixed()).await.1, ms(30));
    assert_eq!(timed(Delays::new(None).of_two()).await.1, ms(30));
    assert_eq!(timed(Delays::new(None).quoted()).await.1, ms(40));
}

#[tokio::test(start_paused = true)]
async fn a_hedge_delay_learns_by_the_calls_themselves() {
    let delays = Delays::new(None);
    for _ in 0..200 {
        assert!(delays.follows(0).await.is_ok());
    }
    assert!(delays.follows.delay().is_some(), "200 calls are enough");
    let slow = Delays {
        calls: Calls::new(),
        ..delays
    };
    let (outcome, took) = timed(slow.follows(1000)).await;
    assert_eq!(outcome, Ok(2));
    assert!(took < ms(10), "{took:?}");
    let slow = Delays {
        calls: Calls::new(),
        ..slow
    };
    assert!(timed(slow.percentile()).await.1 < ms(10));
}

const CALLS: u32 = 10_000;

/// Answers within 5 to 15 ms, and every 100th time after a second.
struct Tail {
    asked: Calls,
    random: RefCell<fastrand::Rng>,
    follows: HedgeDelay,
}

impl Tail {
    fn new() -> Self {
        Self {
            asked: Calls::new(),
            random: RefCell::new(fastrand::Rng::with_seed(7)),
            follows: HedgeDelay::new(),
        }
    }

    async fn answer(&self) -> Result<u32, Fault> {
        let number = self.asked.next();
        let usual = Duration::from_micros(self.random.borrow_mut().u64(5_000..15_000));
        sleep(if number % 100 == 0 { ms(1000) } else { usual }).await;
        Ok(number)
    }

    #[retry]
    async fn plain(&self) -> Result<u32, Fault> {
        self.answer().await
    }

    #[retry(hedge = 50ms)]
    async fn hedged(&self) -> Result<u32, Fault> {
        self.answer().await
    }

    #[retry(hedge = &self.follows)]
    async fn following(&self) -> Result<u32, Fault> {
        self.answer().await
    }
}

/// The 99th percentile, and the calls that the service was asked for.
async fn p99<'a, F: Future<Output = Result<u32, Fault>>>(
    tail: &'a Tail,
    call: impl Fn(&'a Tail) -> F,
) -> (Duration, u32) {
    let mut latencies = Vec::new();
    for _ in 0..CALLS {
        let (outcome, took) = timed(call(tail)).await;
        assert!(outcome.is_ok());
        latencies.push(took);
    }
    latencies.sort();
    (latencies[latencies.len() * 99 / 100], tail.asked.count())
}

#[tokio::test(start_paused = true)]
async fn one_slow_answer_in_100_no_longer_makes_the_99th_percentile() {
    let tail = Tail::new();
    assert_eq!(p99(&tail, Tail::plain).await, (ms(1000), CALLS));
    let tail = Tail::new();
    let (fixed, asked) = p99(&tail, Tail::hedged).await;
    println!("at 50 ms: {fixed:?}, {asked} requests");
    assert!(fixed <= ms(50 + 16), "{fixed:?}");
    assert!(asked <= CALLS * 102 / 100, "{asked}");
    let tail = Tail::new();
    let (following, asked) = p99(&tail, Tail::following).await;
    println!("at the 95th percentile: {following:?}, {asked} requests");
    assert!(following <= ms(2 * 16), "{following:?}");
    assert!(asked <= CALLS * 106 / 100, "{asked}");
}

/// Neither `Copy` nor `Clone`.
struct Order {
    id: String,
}

#[retry(hedge = 10ms, attempt = at)]
async fn owned(
    order: Order,
    mut number: u32,
    (left, mut right): (u32, u32),
) -> Result<String, Fault> {
    number += 1;
    right += left;
    if at.number() == 1 {
        sleep(ms(1000)).await;
    }
    Ok(format!(
        "{} {number} {left} {right} {}",
        order.id,
        at.number()
    ))
}

#[tokio::test(start_paused = true)]
async fn attempts_share_the_arguments_and_rebind_the_mutable_ones() {
    let order = Order { id: "a".to_owned() };
    // Across threads: the future is `Send`.
    let task = tokio::spawn(owned(order, 1, (2, 3)));
    assert_eq!(task.await.unwrap(), Ok("a 2 2 5 2".to_owned()));
}

#[retry(hedge = 10ms, attempt = at)]
async fn generic<K: AsRef<str> + Sync>(keys: &[K]) -> Result<usize, Fault> {
    if at.number() == 1 {
        pending::<()>().await;
    }
    Ok(keys.iter().map(|key| key.as_ref().len()).sum())
}

#[retry(hedge = 10ms)]
fn future(calls: &Calls) -> impl Future<Output = Result<u32, Fault>> + Send + '_ {
    async move { slow_first(calls, 1000).await }
}

#[retry(hedge = 10ms)]
fn boxed(calls: &Calls) -> Pin<Box<dyn Future<Output = Result<u32, Fault>> + Send + '_>> {
    Box::pin(async move { slow_first(calls, 1000).await })
}

#[retry(hedge = 10ms)]
fn forwarding(calls: &Calls) -> impl Future<Output = Result<u32, Fault>> + '_ {
    slow_first(calls, 1000)
}

#[tokio::test(start_paused = true)]
async fn it_works_in_every_shape_of_function() {
    assert_eq!(generic(&["one", "two"]).await, Ok(6));
    assert_eq!(timed(future(&Calls::new())).await, (Ok(2), ms(10)));
    assert_eq!(timed(boxed(&Calls::new())).await, (Ok(2), ms(10)));
    assert_eq!(timed(forwarding(&Calls::new())).await, (Ok(2), ms(10)));
}

#[async_trait::async_trait]
trait Remote {
    async fn get(&self, id: u32) -> Result<u32, Fault>;
}

#[async_trait::async_trait]
impl Remote for Calls {
    #[retry(hedge(10ms, 2), name = "remote.get")]
    async fn get(&self, id: u32) -> Result<u32, Fault> {
        slow_first(self, 1000).await.map(|number| number + id)
    }
}

trait Native {
    async fn get(&self, id: u32) -> Result<u32, Fault>;
}

impl Native for Calls {
    #[retry(hedge = 10ms)]
    async fn get(&self, id: u32) -> Result<u32, Fault> {
        slow_first(self, 1000).await.map(|number| number + id)
    }
}

#[tokio::test(start_paused = true)]
async fn it_works_in_traits() {
    let remote: Box<dyn Remote> = Box::new(Calls::new());
    assert_eq!(timed(remote.get(40)).await, (Ok(42), ms(10)));
    let native = Calls::new();
    assert_eq!(timed(Native::get(&native, 40)).await, (Ok(42), ms(10)));
}

struct Users(Calls);

#[retry(hedge = 10ms)]
impl Users {
    #[idempotent]
    async fn get(&self) -> Result<u32, Fault> {
        slow_first(&self.0, 1000).await
    }

    #[idempotent]
    #[retry(hedge(20ms, 2))]
    async fn list(&self) -> Result<u32, Fault> {
        slow_first(&self.0, 1000).await
    }
}

#[tokio::test(start_paused = true)]
async fn it_may_stand_on_an_impl_block() {
    assert_eq!(timed(Users(Calls::new()).get()).await.1, ms(10));
    assert_eq!(timed(Users(Calls::new()).list()).await.1, ms(20));
}

/// Answers at the third poll.
struct Later(u32);

impl Future for Later {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.0 += 1;
        if self.0 > 3 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// A timer that is over at the second poll.
fn timer(_: Duration) -> Later {
    Later(2)
}

#[retry(hedge(1ms, 8), max = 9, sleep = timer)]
async fn failing(calls: &Calls) -> Result<u32, Fault> {
    let number = calls.next();
    Later(0).await;
    if number < 9 {
        Err(Fault::Down(number))
    } else {
        Ok(number)
    }
}

#[test]
fn hedges_and_retries_allocate_nothing() {
    let calls = Calls::new();
    let info = measure(|| {
        let mut call = pin!(failing(&calls));
        let mut cx = Context::from_waker(Waker::noop());
        let outcome = loop {
            if let Poll::Ready(outcome) = call.as_mut().poll(&mut cx) {
                break outcome;
            }
        };
        assert!(outcome.is_ok());
    });
    assert!(calls.count() >= 9, "{}", calls.count());
    assert_eq!(info.count_total, 0);
}
