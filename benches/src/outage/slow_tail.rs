//! A service that answers one request in fifty late, and for a while all of
//! them: with and without hedging. These are calls of `#[retry(hedge = ..)]`
//! itself, on tokio's paused clock.

use retry_lab::simulation::clock;
use retry_lab::simulation::measures::percentile;
use retry_runtime::checks::HedgeAfter;
use retry_runtime::{Budget, HedgeDelay, idempotent, retry};
use std::cell::{Cell, RefCell};
use std::io;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, sleep_until};

/// How the clients hedge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hedging {
    /// Not at all.
    None,
    /// After 50 ms, whatever it costs.
    Fixed,
    /// After 50 ms, out of the default budget.
    FixedWithBudget,
    /// After the 95th percentile of late, out of the default budget.
    Follows,
}

/// Those of 200 calls a second share a budget and a delay.
const PROCESS: usize = 200;
/// How long to go on, in seconds.
pub const LENGTH: usize = 35;
/// The seconds in which the service is itself, once the clients know it.
pub const USUAL: Range<usize> = 5..20;
/// The seconds in which all answers take ten times as long.
pub const SLOW: Range<usize> = 20..30;

/// What came of it, by the second in which the calls began.
#[derive(Debug)]
pub struct Tail {
    /// Calls a second.
    pub demand: usize,
    /// Attempts in each second.
    pub attempts: Vec<u32>,
    /// The latencies of the calls of each second, in order.
    pub latencies: Vec<Vec<Duration>>,
}

struct World {
    begun: Instant,
    hedging: Hedging,
    processes: Vec<Process>,
    attempts: RefCell<Vec<u32>>,
    latencies: RefCell<Vec<Vec<Duration>>>,
    in_flight: Cell<u32>,
}

struct Process {
    budget: Budget,
    delay: HedgeDelay,
}

/// Twenty seconds of a usual service, then ten of a slow one, then a usual one
/// again, with `demand` calls a second of all clients together.
#[must_use]
pub fn run(hedging: Hedging, demand: usize, seed: u64) -> Tail {
    fastrand::seed(seed);
    let world = clock::paused().block_on(LocalSet::new().run_until(drive(hedging, demand)));
    let mut latencies = world.latencies.take();
    for second in &mut latencies {
        second.sort_unstable();
    }
    Tail {
        demand,
        attempts: world.attempts.take(),
        latencies,
    }
}

async fn drive(hedging: Hedging, demand: usize) -> Rc<World> {
    let processes = (demand / PROCESS).max(1);
    let world = Rc::new(World::new(hedging, processes));
    for number in 0..LENGTH * demand {
        let at = Duration::from_secs(1) * number as u32 / demand as u32;
        sleep_until(world.begun + at).await;
        let world = Rc::clone(&world);
        tokio::task::spawn_local(async move { world.one_call(number % processes).await });
    }
    while world.in_flight.get() > 0 {
        sleep(Duration::from_secs(1)).await;
    }
    world
}

impl World {
    fn new(hedging: Hedging, processes: usize) -> Self {
        let budget = || match hedging {
            // More than can ever be asked for.
            Hedging::Fixed => Budget::standard().reserve(u32::MAX),
            _ => Budget::standard(),
        };
        Self {
            begun: Instant::now(),
            hedging,
            processes: (0..processes)
                .map(|_| Process {
                    budget: budget(),
                    delay: HedgeDelay::new(),
                })
                .collect(),
            attempts: RefCell::new(vec![0; LENGTH]),
            latencies: RefCell::new(vec![Vec::new(); LENGTH]),
            in_flight: Cell::new(0),
        }
    }

    async fn one_call(&self, process: usize) {
        self.in_flight.set(self.in_flight.get() + 1);
        let begun = Instant::now();
        let Process { budget, delay } = &self.processes[process];
        let fixed = Duration::from_millis(50);
        let answer = match self.hedging {
            Hedging::None => self.call(None::<Duration>, budget).await,
            Hedging::Fixed | Hedging::FixedWithBudget => self.call(fixed, budget).await,
            Hedging::Follows => self.call(delay, budget).await,
        };
        let second = self.second(begun);
        if answer.is_ok() && second < LENGTH {
            self.latencies.borrow_mut()[second].push(begun.elapsed());
        }
        self.in_flight.set(self.in_flight.get() - 1);
    }

    #[idempotent]
    #[retry(hedge = after, budget = budget)]
    async fn call(&self, after: impl HedgeAfter, budget: &Budget) -> io::Result<()> {
        let second = self.second(Instant::now());
        if let Some(attempts) = self.attempts.borrow_mut().get_mut(second) {
            *attempts += 1;
        }
        sleep(latency(SLOW.contains(&second))).await;
        Ok(())
    }

    fn second(&self, at: Instant) -> usize {
        at.duration_since(self.begun).as_secs() as usize
    }
}

/// 5 ms and something, 10 ms in the mean; one in fifty up to 2 s.
fn latency(slow: bool) -> Duration {
    let seconds = if fastrand::f64() < 0.02 {
        0.05 + 1.95 * fastrand::f64()
    } else {
        0.005 - 0.005 * (1.0 - fastrand::f64()).ln()
    };
    let factor = if slow { 10.0 } else { 1.0 };
    Duration::from_secs_f64(factor * seconds)
}

impl Tail {
    /// Attempts beyond one a call, as a share of the calls.
    #[must_use]
    pub fn extra_load(&self, seconds: Range<usize>) -> f64 {
        let attempts: u32 = self.attempts[seconds.clone()].iter().sum();
        f64::from(attempts) / (seconds.len() * self.demand) as f64 - 1.0
    }

    /// Attempts ÷ demand, by the second.
    #[must_use]
    pub fn load(&self) -> Vec<f64> {
        self.attempts
            .iter()
            .map(|attempts| f64::from(*attempts) / self.demand as f64)
            .collect()
    }

    /// A percentile of the latency, by the second, in milliseconds.
    #[must_use]
    pub fn by_second(&self, percent: f64) -> Vec<f64> {
        self.latencies
            .iter()
            .map(|second| millis(percentile(second, percent)))
            .collect()
    }

    /// A percentile of the latency over these seconds, in milliseconds.
    #[must_use]
    pub fn over(&self, seconds: Range<usize>, percent: f64) -> f64 {
        let mut all = self.latencies[seconds].concat();
        all.sort_unstable();
        millis(percentile(&all, percent))
    }
}

fn millis(latency: Option<Duration>) -> f64 {
    latency.map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
}

/// All of them.
pub const ALL: [(&str, Hedging); 4] = [
    ("no hedging", Hedging::None),
    ("50 ms, `budget = none`", Hedging::Fixed),
    ("50 ms, default budget", Hedging::FixedWithBudget),
    ("`HedgeDelay`, default budget", Hedging::Follows),
];

/// What hedging gains and costs, a line each.
pub fn print(tails: &[Tail]) {
    println!(
        "| hedging | extra load | p50 | p99 | p99.9 | extra load while all is slow | p99 then |\n\
         | --- | --- | --- | --- | --- | --- | --- |"
    );
    for ((label, _), tail) in ALL.iter().zip(tails) {
        println!(
            "| {label} | {:.1} % | {:.0} ms | {:.0} ms | {:.0} ms | {:.1} % | {:.0} ms |",
            100.0 * tail.extra_load(USUAL),
            tail.over(USUAL, 50.0),
            tail.over(USUAL, 99.0),
            tail.over(USUAL, 99.9),
            100.0 * tail.extra_load(SLOW),
            tail.over(SLOW, 99.0),
        );
    }
    println!();
}
