//! The layer for any service, on tokio's paused clock.

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{
    Backoff, Budget, Elapsed, HedgeDelay, Jitter, Policy, Transient, Verdict, retry,
};
use retry_tower::{Hedging, RetryLayer, Unanswered};
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::{BoxError, Layer, Service, ServiceBuilder, ServiceExt};

const MS: Duration = Duration::from_millis(1);

/// What one request meets.
#[derive(Clone, Copy, Debug)]
enum Word {
    Ok(u64),
    Fail(u64, ErrorKind),
    Hang,
    NotReady(ErrorKind),
}
use Word::{Fail, Hang, NotReady};

/// A service that answers by a script, after the milliseconds that stand there; what
/// comes after the script is answered at once.
#[derive(Clone)]
struct Scripted {
    state: Arc<Mutex<State>>,
    ready: bool,
}

#[derive(Default)]
struct State {
    script: Vec<Word>,
    /// When each request came, in milliseconds.
    seen: Vec<u64>,
    dropped: u32,
    begun: Option<Instant>,
}

struct Running(Arc<Mutex<State>>, bool);

impl Drop for Running {
    fn drop(&mut self) {
        if !self.1 {
            self.0.lock().unwrap().dropped += 1;
        }
    }
}

impl Scripted {
    fn new(script: &[Word]) -> Self {
        let state = State {
            script: script.iter().rev().copied().collect(),
            begun: Some(Instant::now()),
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            ready: false,
        }
    }

    fn seen(&self) -> Vec<u64> {
        self.state.lock().unwrap().seen.clone()
    }

    fn dropped(&self) -> u32 {
        self.state.lock().unwrap().dropped
    }
}

impl Service<u32> for Scripted {
    type Response = u32;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<u32>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state.lock().unwrap();
        if let Some(NotReady(kind)) = state.script.last().copied() {
            state.script.pop();
            let at = state.begun.unwrap().elapsed().as_millis();
            state.seen.push(u64::try_from(at).unwrap());
            return Poll::Ready(Err(kind.into()));
        }
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: u32) -> Self::Future {
        assert!(
            std::mem::take(&mut self.ready),
            "called before it said that it is ready"
        );
        let shared = Arc::clone(&self.state);
        let word = {
            let mut state = shared.lock().unwrap();
            let at = state.begun.unwrap().elapsed().as_millis();
            state.seen.push(u64::try_from(at).unwrap());
            state.script.pop().unwrap_or(Word::Ok(0))
        };
        Box::pin(async move {
            let mut running = Running(shared, false);
            let outcome = match word {
                Word::Ok(millis) => {
                    sleep(MS * u32::try_from(millis).unwrap()).await;
                    Ok(request)
                }
                Fail(millis, kind) => {
                    sleep(MS * u32::try_from(millis).unwrap()).await;
                    Err(kind.into())
                }
                Hang | NotReady(_) => std::future::pending().await,
            };
            running.1 = true;
            outcome
        })
    }
}

/// 100 ms before each of three retries.
fn policy() -> Policy {
    Policy::DEFAULT
        .with_backoff(Backoff::fixed(100 * MS).unwrap())
        .with_jitter(Jitter::NONE)
}

const RESET: ErrorKind = ErrorKind::ConnectionReset;
const DENIED: ErrorKind = ErrorKind::PermissionDenied;

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried_after_the_backoff_and_others_are_not() {
    let service = Scripted::new(&[Fail(0, RESET), Fail(0, RESET)]);
    let retried = RetryLayer::new(policy()).layer(service.clone());
    assert_eq!(retried.oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 100, 200]);

    let service = Scripted::new(&[Fail(0, DENIED)]);
    let retried = RetryLayer::new(policy()).layer(service.clone());
    assert_eq!(retried.oneshot(7).await.unwrap_err().kind(), DENIED);
    assert_eq!(service.seen(), [0]);
}

#[tokio::test(start_paused = true)]
async fn max_counts_retries_and_the_last_error_comes_back() {
    let service = Scripted::new(&[
        Fail(0, RESET),
        Fail(0, RESET),
        Fail(0, ErrorKind::BrokenPipe),
    ]);
    let retried = RetryLayer::new(policy().with_max(2)).layer(service.clone());
    assert_eq!(
        retried.oneshot(7).await.unwrap_err().kind(),
        ErrorKind::BrokenPipe
    );
    assert_eq!(service.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_policy_can_be_a_function_of_the_request() {
    let service = Scripted::new(&[Fail(0, RESET), Fail(0, RESET)]);
    let layer = RetryLayer::by(|request: &u32| policy().with_max(u32::from(*request == 7)));
    let mut retried = layer.layer(service.clone());
    assert!(retried.ready().await.unwrap().call(8).await.is_err());
    assert_eq!(service.seen().len(), 1);
    assert_eq!(retried.ready().await.unwrap().call(7).await.unwrap(), 7);
    assert_eq!(service.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn readiness_is_part_of_the_attempt() {
    let service = Scripted::new(&[NotReady(RESET), NotReady(RESET)]);
    let mut retried = RetryLayer::new(policy()).layer(service.clone());
    assert_eq!(retried.ready().await.unwrap().call(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 100, 200]);

    // One that never gets ready is cut by the attempt's own limit.
    let full = tower::limit::ConcurrencyLimit::new(Scripted::new(&[Hang]), 1);
    let mut held = full.clone();
    let held = tokio::spawn(async move { held.ready().await.unwrap().call(1).await });
    tokio::task::yield_now().await;
    let limited = RetryLayer::new(policy().with_max(0).with_timeout(50 * MS)).layer(full);
    let error = limited.oneshot(2).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    held.abort();
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_timeout_and_the_call_its_deadline() {
    let service = Scripted::new(&[Hang, Word::Ok(10)]);
    let retried = RetryLayer::new(policy().with_timeout(50 * MS)).layer(service.clone());
    assert_eq!(retried.oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 150]);
    assert_eq!(service.dropped(), 1);

    let begun = Instant::now();
    let service = Scripted::new(&[Fail(10, RESET), Hang]);
    let retried = RetryLayer::new(policy().with_deadline(200 * MS)).layer(service.clone());
    let error = retried.oneshot(7).await.unwrap_err();
    let elapsed = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Elapsed>());
    assert!(elapsed.is_some_and(Elapsed::is_deadline), "{error:?}");
    assert_eq!(begun.elapsed(), 200 * MS);

    // A retry that could not start in time is not waited for.
    let begun = Instant::now();
    let service = Scripted::new(&[Fail(50, RESET)]);
    let retried = RetryLayer::new(policy().with_deadline(120 * MS)).layer(service.clone());
    assert_eq!(retried.oneshot(7).await.unwrap_err().kind(), RESET);
    assert_eq!(begun.elapsed(), 50 * MS);
}

/// An error that cannot be made of anything of ours.
#[derive(Clone, Debug, PartialEq)]
enum Own {
    Busy,
    Late,
}

impl Transient for Own {
    fn verdict(&self) -> Verdict {
        Verdict::transient()
    }
}

#[tokio::test(start_paused = true)]
async fn errors_without_a_way_from_elapsed_say_how_or_do_without() {
    let hangs = || tower::service_fn(|(): ()| std::future::pending::<Result<(), Own>>());
    let late = |unanswered| match unanswered {
        Unanswered::Elapsed(_) => Own::Late,
        _ => Own::Busy,
    };
    let layer = RetryLayer::new(policy().with_max(1).with_timeout(50 * MS)).unanswered(late);
    assert_eq!(layer.layer(hangs()).oneshot(()).await, Err(Own::Late));

    let slow = tower::service_fn(|(): ()| async {
        sleep(80 * MS).await;
        Err::<(), _>(Own::Busy)
    });
    let layer = RetryLayer::new(policy().with_max(1).with_timeout(50 * MS)).untimed();
    let begun = Instant::now();
    assert_eq!(layer.layer(slow).oneshot(()).await, Err(Own::Busy));
    assert_eq!(begun.elapsed(), 260 * MS);
}

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

#[tokio::test(start_paused = true)]
async fn a_slow_attempt_is_hedged_and_the_loser_dropped() {
    let service = Scripted::new(&[Hang, Word::Ok(10)]);
    let layer = RetryLayer::new(policy()).hedge(Hedging::after(50 * MS));
    let begun = Instant::now();
    assert_eq!(layer.layer(service.clone()).oneshot(7).await.unwrap(), 7);
    assert_eq!(begun.elapsed(), 60 * MS);
    assert_eq!(service.seen(), [0, 50]);
    assert_eq!(service.dropped(), 1);
}

#[tokio::test(start_paused = true)]
async fn hedges_are_bounded_by_their_number_and_by_max() {
    for (hedges, max, expected) in [(1, 3, 2), (2, 3, 3), (5, 3, 4), (5, 0, 1)] {
        let service = Scripted::new(&[Hang; 10]);
        let hedging = Hedging::after(10 * MS).at_most(hedges);
        let policy = policy().with_max(max).with_deadline(500 * MS);
        let layer = RetryLayer::new(policy).hedge(hedging);
        assert!(layer.layer(service.clone()).oneshot(7).await.is_err());
        assert_eq!(service.seen().len(), expected, "{hedges} hedges, max {max}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_never_beats_a_pending_attempt_and_a_permanent_one_is_an_answer() {
    let service = Scripted::new(&[Word::Ok(200), Fail(10, RESET)]);
    let layer = RetryLayer::new(policy().with_max(1)).hedge(Hedging::after(50 * MS));
    assert_eq!(layer.layer(service.clone()).oneshot(7).await.unwrap(), 7);

    let begun = Instant::now();
    let service = Scripted::new(&[Hang, Fail(10, DENIED)]);
    let layer = RetryLayer::new(policy()).hedge(Hedging::after(50 * MS));
    let error = layer.layer(service.clone()).oneshot(7).await.unwrap_err();
    assert_eq!(error.kind(), DENIED);
    assert_eq!(begun.elapsed(), 60 * MS);
    assert_eq!(service.dropped(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_hedge_is_followed_after_its_backoff() {
    let service = Scripted::new(&[Hang, Fail(10, RESET), Word::Ok(5)]);
    let layer = RetryLayer::new(policy()).hedge(Hedging::after(50 * MS));
    assert_eq!(layer.layer(service.clone()).oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 50, 160]);
}

#[tokio::test(start_paused = true)]
async fn a_delay_that_follows_the_calls_is_told_of_them() {
    let delay = Arc::new(HedgeDelay::new());
    let layer = RetryLayer::new(policy()).hedge(Hedging::adaptive(Arc::clone(&delay)));
    let service = Scripted::new(&[Word::Ok(20); 500]);
    let retried = layer.layer(service.clone());
    for _ in 0..500 {
        retried.clone().oneshot(7).await.unwrap();
    }
    assert!(delay.delay().is_some());
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

#[derive(Clone, Debug)]
struct PushedBack(Duration);

impl Transient for PushedBack {
    fn verdict(&self) -> Verdict {
        Verdict::transient().with_pushback(self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn push_back_is_kept_to_and_one_that_is_too_long_ends_the_call() {
    let pushing = |wait: Duration| {
        tower::service_fn(move |(): ()| std::future::ready(Err::<(), _>(PushedBack(wait))))
    };
    let layer = RetryLayer::new(policy().with_max(1)).untimed();
    let begun = Instant::now();
    assert!(layer.layer(pushing(700 * MS)).oneshot(()).await.is_err());
    assert_eq!(begun.elapsed(), 700 * MS);
    let begun = Instant::now();
    assert!(
        layer
            .layer(pushing(Duration::from_secs(40)))
            .oneshot(())
            .await
            .is_err()
    );
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[retry(max = 1, backoff = none)]
async fn outer(
    service: impl Service<u32, Response = u32, Error = io::Error> + Clone,
) -> io::Result<u32> {
    service.clone().oneshot(7).await
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_not_retried() {
    let service = Scripted::new(&[Fail(0, RESET); 100]);
    let retried = RetryLayer::new(policy().with_max(2)).layer(service.clone());
    assert!(outer(retried).await.is_err());
    // Three by the outer function's first attempt, and one by its retry.
    assert_eq!(service.seen().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn boxed_errors_are_judged_by_what_is_inside() {
    let service = Scripted::new(&[Fail(0, RESET), Hang]);
    let stack = ServiceBuilder::new()
        .layer(RetryLayer::new(policy().with_timeout(50 * MS)))
        .map_err(|error: io::Error| BoxError::from(error))
        .service(service.clone());
    assert_eq!(stack.oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 100, 250]);
}

#[test]
fn the_future_is_send_where_its_parts_are() {
    fn is_send(_: impl Send) {}
    let retried =
        RetryLayer::new(policy()).layer(tower::service_fn(async |(): ()| io::Result::Ok(())));
    let _ = |mut retried: tower::util::BoxCloneService<(), (), io::Error>| {
        is_send(RetryLayer::new(policy()).layer(retried.clone()).call(()));
        drop(retried.call(()));
    };
    drop(retried);
}
