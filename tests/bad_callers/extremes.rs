//! Every figure at every extreme, in every combination, and clocks that jump: a call
//! makes at most `max` retries, and comes to its end without a panic.

use crate::callers::FUTURES;
use crate::support;
use retry_runtime::{Attempt, Backoff, Budget, Elapsed, HedgeDelay, Jitter, Policy, retry};
use std::cell::Cell;
use std::future::Future;
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::advance;

const MAX: Duration = Duration::MAX;
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// It fails this often, and answers then.
const FAILURES: u32 = 12;

#[derive(Debug)]
enum Error {
    Down,
    Late,
}

impl From<Elapsed> for Error {
    fn from(_: Elapsed) -> Self {
        Error::Late
    }
}

const fn is_down(error: &Error) -> bool {
    matches!(error, Error::Down)
}

struct Service {
    calls: Cell<u32>,
    /// How far the clock jumps in each call.
    jump: Duration,
}

impl Service {
    async fn ask(&self) -> Result<u32, Error> {
        if !self.jump.is_zero() {
            advance(self.jump).await;
        }
        self.ask_sync()
    }

    fn ask_sync(&self) -> Result<u32, Error> {
        self.calls.set(self.calls.get() + 1);
        if self.calls.get() > FAILURES {
            Ok(self.calls.get())
        } else {
            Err(Error::Down)
        }
    }
}

#[retry(policy = policy, on = is_down, budget = none)]
async fn plain(policy: &Policy, service: &Service) -> Result<u32, Error> {
    service.ask().await
}

#[retry(policy = policy, on = is_down, budget = none, hedge(after, 8))]
async fn hedged(policy: &Policy, after: Duration, service: &Service) -> Result<u32, Error> {
    service.ask().await
}

#[retry(policy = policy, on = is_down, budget = none, sleep = |_| ())]
fn sync(policy: &Policy, service: &Service) -> Result<u32, Error> {
    service.ask_sync()
}

/// All policies of these figures.
fn policies() -> impl Iterator<Item = Policy> {
    let limits = [
        None,
        Some(Duration::ZERO),
        Some(Duration::from_nanos(1)),
        Some(MAX),
    ];
    let backoffs = [
        Backoff::none(),
        Backoff::fixed(Duration::from_nanos(1)).unwrap(),
        Backoff::fixed(MAX).unwrap(),
        Backoff::exp(Duration::from_nanos(1), f64::MAX, MAX).unwrap(),
        Backoff::linear(MAX, MAX, MAX).unwrap(),
        Backoff::decorrelated(Duration::from_nanos(1), MAX).unwrap(),
        Backoff::random(Duration::from_nanos(1), MAX).unwrap(),
        Backoff::fib(MAX, MAX).unwrap(),
    ];
    let with = |of: fn(Policy, Duration) -> Policy| {
        move |policy: Policy| limits.map(|limit| limit.map_or(policy, |limit| of(policy, limit)))
    };
    [0, 1, 5, u32::MAX]
        .into_iter()
        .map(|max| Policy::DEFAULT.with_max(max))
        .flat_map(move |policy| backoffs.map(|backoff| policy.with_backoff(backoff)))
        .flat_map(|policy| [Jitter::NONE, Jitter::FULL].map(|jitter| policy.with_jitter(jitter)))
        .flat_map(with(Policy::with_timeout))
        .flat_map(with(Policy::with_deadline))
        .flat_map(with(Policy::with_retry_for))
}

/// Whether time can end the calls, or a wait of centuries.
fn is_short(policy: &Policy) -> bool {
    let is_short = |limit: Option<Duration>| limit.is_some_and(|limit| limit < YEAR);
    is_short(policy.timeout()) || is_short(policy.deadline()) || is_short(policy.retry_for())
}

fn check(policy: &Policy, service: &Service, outcome: &Result<u32, Error>) {
    let (calls, most) = (service.calls.get(), policy.max().saturating_add(1));
    assert!(
        calls <= most.min(FAILURES + 1),
        "{policy}: {calls} calls, {outcome:?}"
    );
    if !is_short(policy) && policy.backoff() == Backoff::none() {
        assert_eq!(calls, most.min(FAILURES + 1), "{policy}: {outcome:?}");
        assert_eq!(outcome.is_ok(), most > FAILURES, "{policy}");
    }
}

/// A call that waits for centuries is one that is dropped.
async fn ended<F: Future<Output = Result<u32, Error>>>(
    policy: &Policy,
    service: &Service,
    call: F,
) {
    if let Ok(outcome) = tokio::time::timeout(YEAR, call).await {
        check(policy, service, &outcome);
    }
}

#[tokio::test(start_paused = true)]
async fn figures_at_their_extremes() {
    for policy in policies() {
        let new = || Service {
            calls: Cell::new(0),
            jump: Duration::ZERO,
        };
        let (service, policy) = (new(), &policy);
        ended(policy, &service, plain(policy, &service)).await;
        for after in [Duration::ZERO, Duration::from_nanos(1), MAX] {
            let service = new();
            ended(policy, &service, hedged(policy, after, &service)).await;
        }
        let service = new();
        let run = policy.run(|_: Attempt| service.ask()).on(is_down);
        ended(policy, &service, run).await;
        let service = new();
        let run = policy.run_async(async |_| service.ask().await).on(is_down);
        ended(policy, &service, run.call()).await;
        let service = new();
        check(policy, &service, &sync(policy, &service));
        let service = new();
        let run = policy.run_blocking(|_| service.ask_sync()).on(is_down);
        check(policy, &service, &run.sleep(|_| ()).call());
    }
}

/// The clock jumps in every call, and the budget sees the same one.
#[tokio::test(start_paused = true)]
async fn clocks_that_jump() {
    let minute = Policy::DEFAULT
        .with_max(5)
        .with_backoff(Backoff::none())
        .with_deadline(Duration::from_secs(60));
    for (jump, expected) in [
        (Duration::from_secs(1), 6),
        (Duration::from_secs(40), 1),
        (100 * YEAR, 0),
    ] {
        let service = Service {
            calls: Cell::new(0),
            jump,
        };
        let budget = Budget::new(100).unwrap().per_second(u16::MAX);
        let outcome = minute
            .run(|_| service.ask())
            .on(is_down)
            .budget(&budget)
            .await;
        assert!(outcome.is_err());
        assert_eq!(service.calls.get(), expected, "{jump:?}: {outcome:?}");
        let level = budget.level();
        assert!((0.0..=1e9).contains(&level), "{level} after {jump:?}");
        // And it goes on as ever.
        assert!(budget.try_retry(5));
    }
}

#[retry(
    max = 5, backoff = none, timeout = 10s, deadline = 1m, on = is_down, budget = budget,
    hedge = delay,
)]
async fn follows(delay: &HedgeDelay, budget: &Budget, service: &Service) -> Result<u32, Error> {
    service.ask().await
}

/// The same of an annotated function with limits of each kind, whose hedges follow what they
/// see.
#[tokio::test(start_paused = true)]
async fn clocks_that_jump_under_hedges() {
    for (jump, expected) in [
        (Duration::from_secs(1), 6),
        // Each attempt is cut when it is polled next, and is no failure of the service.
        (Duration::from_secs(11), 0),
        (100 * YEAR, 0),
    ] {
        let delay = HedgeDelay::new();
        for _ in 0..30 {
            let budget = Budget::new(100).unwrap();
            let service = Service {
                calls: Cell::new(0),
                jump,
            };
            let outcome = follows(&delay, &budget, &service).await;
            assert!(outcome.is_err());
            assert_eq!(service.calls.get(), expected, "{jump:?}: {outcome:?}");
            assert!((0.0..=10.0).contains(&budget.level()));
        }
        assert!(
            delay
                .delay()
                .is_none_or(|delay| delay <= Duration::from_secs(60))
        );
    }
}

/// A clock of a century ahead, or today's.
fn clock(ahead: Duration) -> Runtime {
    let clock = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    clock.block_on(advance(ahead));
    clock
}

/// A call that finds another clock at each poll, be it ahead or back, comes to its end, with
/// no more retries than its policy has, and what it shares with others is as it was.
#[test]
fn clocks_that_jump_to_and_fro() {
    let clocks = [clock(Duration::ZERO), clock(100 * YEAR)];
    for schedule in 0u32..64 {
        for (name, call) in FUTURES {
            let service = support::Service::new(2, 99);
            let mut call = Box::pin(call(&service));
            let ended = (0..200).any(|poll| {
                let is_ahead = schedule >> (poll % 6) & 1;
                let _entered = clocks[is_ahead as usize].enter();
                let mut cx = Context::from_waker(Waker::noop());
                call.as_mut().poll(&mut cx).is_ready()
            });
            assert!(ended, "{name} does not end under {schedule:b}");
            drop(call);
            let told = format!("{name} under {schedule:b}");
            assert!(service.calls.get() <= 4, "{told}");
            assert_eq!(service.unheard(), 0, "{told}");
            let level = service.purse().level();
            assert!((0.0..=15.0).contains(&level), "{told}: {level}");
            assert_eq!(support::alive(), 0, "{told}");
            support::seen();
        }
    }
}

#[retry(max = max, backoff = none, on = is_down, budget = none)]
async fn u64_of_them(max: u64, service: &Service) -> Result<u32, Error> {
    service.ask().await
}

#[retry(max = max, backoff = none, on = is_down, budget = none)]
async fn usize_of_them(max: usize, service: &Service) -> Result<u32, Error> {
    service.ask().await
}

#[retry(max = max, backoff = none, on = is_down, budget = none)]
async fn u128_of_them(max: u128, service: &Service) -> Result<u32, Error> {
    service.ask().await
}

#[tokio::test(start_paused = true)]
async fn numbers_of_retries_that_no_u32_holds() {
    let new = || Service {
        calls: Cell::new(0),
        jump: Duration::ZERO,
    };
    for max in [u64::MAX, u64::from(u32::MAX) + 1, 1 << 63] {
        assert_eq!(u64_of_them(max, &new()).await.unwrap(), FAILURES + 1);
        assert_eq!(
            u128_of_them(max.into(), &new()).await.unwrap(),
            FAILURES + 1
        );
    }
    assert_eq!(
        usize_of_them(usize::MAX, &new()).await.unwrap(),
        FAILURES + 1
    );
    assert!(u64_of_them(0, &new()).await.is_err());
}
