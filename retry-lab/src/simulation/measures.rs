//! What is measured, and what follows from it.

use super::setup::{Calls, Setup};
use std::ops::Range;
use std::time::Duration;

/// How finely load and goodput are recorded.
pub const STEP: Duration = Duration::from_millis(100);

/// Steps a second.
const PER_SECOND: usize = 10;

/// What is recorded during a run.
pub(super) struct Record {
    measures: Measures,
    /// The latencies of the second that is running, in microseconds: its successes come in
    /// order of their time.
    running: Vec<u32>,
    judged: Range<Duration>,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Measures {
    /// Attempts by [`STEP`].
    pub offered: Vec<u32>,
    /// Successful calls by [`STEP`] of their answer.
    pub goodput: Vec<u32>,
    /// Judged calls.
    pub calls: u32,
    /// Attempts in all.
    pub attempts: u32,
    /// The latencies of the judged calls that succeeded, in order.
    pub latencies: Vec<Duration>,
    /// The latency of the slowest in a hundred of the calls that succeeded in each second;
    /// none where none did.
    pub p99: Vec<Option<Duration>>,
    /// How many retries a process's budget pays for at the begin of each second, in the
    /// mean of the processes. Empty where there are no budgets.
    pub levels: Vec<f64>,
    /// Calls a second.
    demand: f64,
    outage_end: usize,
}

impl Record {
    pub(super) fn new(setup: &Setup) -> Self {
        let steps = setup.length.as_secs() as usize * PER_SECOND + 1;
        let from = setup.service.outage.start;
        let judged = match setup.calls {
            Calls::Every(_) => from..from + setup.judged,
            Calls::Together(at) => at..at + STEP,
        };
        Self {
            measures: Measures {
                offered: vec![0; steps],
                goodput: vec![0; steps],
                calls: 0,
                attempts: 0,
                latencies: Vec::new(),
                p99: Vec::new(),
                levels: Vec::new(),
                demand: setup.demand(),
                outage_end: setup.service.outage.end.as_secs_f64().ceil() as usize,
            },
            judged,
            running: Vec::new(),
        }
    }

    pub(super) fn begun(&mut self, now: Duration) {
        self.measures.calls += u32::from(self.judged.contains(&now));
    }

    pub(super) fn offered(&mut self, now: Duration) {
        self.measures.offered[step(now)] += 1;
        self.measures.attempts += 1;
    }

    pub(super) fn succeeded(&mut self, begun: Duration, now: Duration) {
        self.measures.goodput[step(now)] += 1;
        self.end_seconds_before(now);
        let latency = now.saturating_sub(begun);
        self.running
            .push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
        if self.judged.contains(&begun) {
            self.measures.latencies.push(latency);
        }
    }

    /// The budgets at the begin of the next second.
    pub(super) fn levels(&mut self, levels: impl Iterator<Item = f64>) {
        let (sum, count) = levels.fold((0.0, 0), |(sum, count), level| (sum + level, count + 1));
        if count > 0 {
            self.measures.levels.push(sum / f64::from(count));
        }
    }

    fn end_seconds_before(&mut self, now: Duration) {
        while self.measures.p99.len() < now.as_secs() as usize {
            let last = self.running.len().saturating_sub(1);
            let rank = (self.running.len() * 99 / 100).min(last);
            let p99 = (!self.running.is_empty()).then(|| {
                let (_, p99, _) = self.running.select_nth_unstable(rank);
                Duration::from_micros(u64::from(*p99))
            });
            self.measures.p99.push(p99);
            self.running.clear();
        }
    }

    pub(super) fn measures(mut self) -> Measures {
        let steps = self.measures.offered.len() as u64;
        self.end_seconds_before(STEP * u32::try_from(steps).unwrap_or(u32::MAX));
        self.measures.latencies.sort_unstable();
        self.measures
    }
}

fn step(now: Duration) -> usize {
    (now.as_nanos() / STEP.as_nanos()) as usize
}

impl Measures {
    /// Attempts ÷ demand, by the second.
    #[must_use]
    pub fn load(&self) -> Vec<f64> {
        self.by_second(&self.offered)
    }

    /// Successful calls ÷ demand, by the second.
    #[must_use]
    pub fn good(&self) -> Vec<f64> {
        self.by_second(&self.goodput)
    }

    /// What is left of the budgets at the begin of each second, as a share of the most that
    /// they had in this run.
    #[must_use]
    pub fn budget_left(&self) -> Vec<f64> {
        let most = self.levels.iter().copied().fold(0.0, f64::max);
        self.levels
            .iter()
            .map(|level| level / most.max(f64::MIN_POSITIVE))
            .collect()
    }

    /// The load of the worst second.
    #[must_use]
    pub fn worst_load(&self) -> f64 {
        self.load().into_iter().fold(0.0, f64::max)
    }

    /// Seconds from the end of the outage to the first second from which
    /// goodput is at least 99 % of demand for five.
    #[must_use]
    pub fn recovery(&self) -> Option<usize> {
        let good = self.good();
        good.get(self.outage_end..)?
            .windows(5)
            .position(|five| five.iter().all(|second| *second >= 0.99))
    }

    /// For how many seconds after the outage [`recovery`](Self::recovery) looked.
    #[must_use]
    pub fn watched(&self) -> usize {
        self.good().len().saturating_sub(self.outage_end + 5)
    }

    /// The share of the judged calls that succeeded.
    #[must_use]
    pub fn success_rate(&self) -> f64 {
        self.latencies.len() as f64 / f64::from(self.calls.max(1))
    }

    /// The mean of a series over these seconds.
    #[must_use]
    pub fn mean(series: &[f64], seconds: Range<usize>) -> f64 {
        let count = seconds.len() as f64;
        series[seconds].iter().sum::<f64>() / count
    }

    /// A percentile of the latency of the judged calls that succeeded.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        percentile(&self.latencies, percent)
    }

    fn by_second(&self, steps: &[u32]) -> Vec<f64> {
        steps
            .chunks_exact(PER_SECOND)
            .map(|second| f64::from(second.iter().sum::<u32>()) / self.demand)
            .collect()
    }
}

/// A percentile of latencies that are in order.
#[must_use]
pub fn percentile(sorted: &[Duration], percent: f64) -> Option<Duration> {
    let rank = (sorted.len() as f64 * percent / 100.0) as usize;
    let last = sorted.len().checked_sub(1)?;
    Some(sorted[rank.min(last)])
}
