//! What it is for: the slow answers among many.

use crate::support::{Calls, Fault, ms, timed};
use retry_runtime::{HedgeDelay, retry};
use std::cell::RefCell;
use std::future::Future;
use std::time::Duration;
use tokio::time::sleep;

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
