//! What others do by default, as published.

use super::contender::Contender;
use super::service::Cause;
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use std::time::Duration;

/// All of these leave the choice of the node to a load balancer. It goes round, and has
/// gone on with other calls since the attempt before: any node may be the next.
fn balanced(nodes: &[usize]) -> usize {
    fastrand::choice(nodes).copied().unwrap_or_default()
}

/// backon's `ExponentialBuilder::default()`, by backon itself: 3 retries after
/// 1, 2 and 4 s, no jitter, no budget.
#[derive(Debug)]
pub struct Backon;

/// A call of [`Backon`].
#[derive(Debug, Default)]
pub struct BackonCall {
    delays: Option<ExponentialBackoff>,
    retries: u32,
}

impl Contender for Backon {
    type Call = BackonCall;

    fn begin(&mut self, _: usize, _: Duration) -> BackonCall {
        BackonCall::default()
    }

    fn failed(
        &mut self,
        _: usize,
        call: &mut BackonCall,
        _: Cause,
        _: Duration,
    ) -> Option<Duration> {
        let delay = call
            .delays
            .get_or_insert_with(|| ExponentialBuilder::default().build())
            .next()?;
        call.retries += 1;
        Some(delay)
    }

    fn succeeded(&mut self, _: usize, _: &mut BackonCall, _: Duration) {}

    fn next_node(&self, _: &BackonCall, _: u32, nodes: &[usize]) -> usize {
        balanced(nodes)
    }
}

/// gRPC: the retry policy and the throttling that proposal A6 gives as its
/// example, which gRPC's guides repeat: 4 attempts, 0.1 s to 1 s by a factor of
/// 2, with the jitter of ±20 % that A6 asks for today; 10 tokens, of which a
/// failure takes 1 and a success gives 0.1, and no retry at half of them or less.
/// <https://github.com/grpc/proposal/blob/master/A6-client-retries.md>
#[derive(Debug)]
pub struct Grpc {
    tokens: Vec<f64>,
}

impl Grpc {
    const MAX_TOKENS: f64 = 10.0;

    /// A fleet of processes with one channel each.
    #[must_use]
    pub fn fleet(processes: usize) -> Self {
        Self {
            tokens: vec![Self::MAX_TOKENS; processes],
        }
    }
}

impl Contender for Grpc {
    type Call = u32;

    fn begin(&mut self, _: usize, _: Duration) -> u32 {
        0
    }

    fn failed(
        &mut self,
        process: usize,
        retries: &mut u32,
        _: Cause,
        _: Duration,
    ) -> Option<Duration> {
        let tokens = &mut self.tokens[process];
        *tokens = (*tokens - 1.0).max(0.0);
        if *retries >= 3 || *tokens <= Self::MAX_TOKENS / 2.0 {
            return None;
        }
        let base = (0.1 * 2_f64.powi(*retries as i32)).min(1.0);
        *retries += 1;
        Some(Duration::from_secs_f64(
            base * (0.8 + 0.4 * fastrand::f64()),
        ))
    }

    fn succeeded(&mut self, process: usize, _: &mut u32, _: Duration) {
        let tokens = &mut self.tokens[process];
        *tokens = (*tokens + 0.1).min(Self::MAX_TOKENS);
    }

    fn next_node(&self, _: &u32, _: u32, nodes: &[usize]) -> usize {
        balanced(nodes)
    }

    fn level(&self, process: usize, _: Duration) -> Option<f64> {
        Some((self.tokens[process] - Self::MAX_TOKENS / 2.0).max(0.0))
    }
}

/// The standard mode of the AWS SDKs, as it is the default since November 2026: 3
/// attempts; a wait drawn from nothing to `0.05·2^i` s, 20 s at most; a quota of 500
/// tokens, of which a retry takes 14, a success after a retry gives the last of those
/// back, and any other success gives 1. After an error of throttling a retry takes 5
/// and the waits begin at 1 s.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
#[derive(Debug)]
pub struct Aws {
    tokens: Vec<u32>,
}

/// A call of [`Aws`].
#[derive(Debug, Default)]
pub struct AwsCall {
    retries: u32,
    /// What the last retry took.
    taken: u32,
}

impl Aws {
    const QUOTA: u32 = 500;

    /// A fleet of processes with one client each.
    #[must_use]
    pub fn fleet(processes: usize) -> Self {
        Self {
            tokens: vec![Self::QUOTA; processes],
        }
    }
}

impl Contender for Aws {
    type Call = AwsCall;

    fn begin(&mut self, _: usize, _: Duration) -> AwsCall {
        AwsCall::default()
    }

    fn failed(
        &mut self,
        process: usize,
        call: &mut AwsCall,
        cause: Cause,
        _: Duration,
    ) -> Option<Duration> {
        let (cost, first) = if cause == Cause::Overloaded {
            (5, 1.0)
        } else {
            (14, 0.05)
        };
        let tokens = &mut self.tokens[process];
        if call.retries >= 2 || *tokens < cost {
            return None;
        }
        *tokens -= cost;
        let base = (first * 2_f64.powi(call.retries as i32)).min(20.0);
        call.retries += 1;
        call.taken = cost;
        Some(Duration::from_secs_f64(base * fastrand::f64()))
    }

    fn succeeded(&mut self, process: usize, call: &mut AwsCall, _: Duration) {
        let refund = if call.retries > 0 { call.taken } else { 1 };
        let tokens = &mut self.tokens[process];
        *tokens = (*tokens + refund).min(Self::QUOTA);
    }

    fn next_node(&self, _: &AwsCall, _: u32, nodes: &[usize]) -> usize {
        balanced(nodes)
    }

    fn level(&self, process: usize, _: Duration) -> Option<f64> {
        Some(f64::from(self.tokens[process] / 14))
    }
}

/// Finagle's `RetryBudget()`: retries may be 20 % of the requests of the last
/// 10 s and 10 a second beside; they wait for nothing (`Retries.Budget` has a
/// schedule of zeros). It limits no single call, so 3 retries are the limit here
/// as for the others.
/// <https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/service/RetryBudget.scala>
#[derive(Debug)]
pub struct Finagle {
    windows: Vec<Window>,
}

/// Deposits less withdrawals of the last ten seconds, by the second.
#[derive(Clone, Debug, Default)]
struct Window {
    slots: [i32; 10],
    second: u64,
}

impl Window {
    fn turn(&mut self, now: Duration) -> &mut i32 {
        let now = now.as_secs().max(self.second);
        for step in 1..=(now - self.second).min(10) {
            self.slots[((self.second + step) % 10) as usize] = 0;
        }
        self.second = now;
        &mut self.slots[(self.second % 10) as usize]
    }
}

impl Finagle {
    /// A request, in the unit in which 20 % of it are a whole number.
    const DEPOSIT: i32 = 1;
    const WITHDRAWAL: i32 = 5;
    /// 10 retries for each second of the window.
    const RESERVE: i32 = 10 * 10 * Self::WITHDRAWAL;

    /// A fleet of processes with one client each.
    #[must_use]
    pub fn fleet(processes: usize) -> Self {
        Self {
            windows: vec![Window::default(); processes],
        }
    }
}

impl Contender for Finagle {
    type Call = u32;

    fn begin(&mut self, process: usize, now: Duration) -> u32 {
        *self.windows[process].turn(now) += Self::DEPOSIT;
        0
    }

    fn failed(
        &mut self,
        process: usize,
        retries: &mut u32,
        _: Cause,
        now: Duration,
    ) -> Option<Duration> {
        let window = &mut self.windows[process];
        window.turn(now);
        let balance = window.slots.iter().sum::<i32>() + Self::RESERVE;
        if *retries >= 3 || balance < Self::WITHDRAWAL {
            return None;
        }
        *window.turn(now) -= Self::WITHDRAWAL;
        *retries += 1;
        Some(Duration::ZERO)
    }

    fn succeeded(&mut self, _: usize, _: &mut u32, _: Duration) {}

    fn next_node(&self, _: &u32, _: u32, nodes: &[usize]) -> usize {
        balanced(nodes)
    }

    fn level(&self, process: usize, now: Duration) -> Option<f64> {
        let window = &self.windows[process];
        let passed = now.as_secs().saturating_sub(window.second).min(10);
        // Those seconds have not been turned over yet.
        let gone: i32 = (1..=passed)
            .map(|step| window.slots[((window.second + step) % 10) as usize])
            .sum();
        let balance = window.slots.iter().sum::<i32>() - gone + Self::RESERVE;
        Some(f64::from(balance.max(0) / Self::WITHDRAWAL))
    }
}

/// `MongoDB`'s drivers with adaptive retries, as their specification of client
/// back-pressure has them (DRIVERS-3240): what does not say "overloaded" is retried
/// once, at once and for nothing; what does, 5 times, after waits drawn from nothing to
/// `0.1·2^i` s, 10 s at most, for a token each. There are 1000 at the start and at most;
/// a success gives 0.1, one after a retry gives 1.1, and a retry that fails by anything
/// but "overloaded" gives 1.
/// <https://github.com/mongodb/specifications/blob/master/source/client-backpressure/client-backpressure.md>
#[derive(Debug)]
pub struct Mongo {
    tokens: Vec<f64>,
}

/// A call of [`Mongo`].
#[derive(Debug, Default)]
pub struct MongoCall {
    retries: i32,
    overloaded: bool,
}

impl Mongo {
    const CAPACITY: f64 = 1000.0;

    /// A fleet of processes with one client each.
    #[must_use]
    pub fn fleet(processes: usize) -> Self {
        Self {
            tokens: vec![Self::CAPACITY; processes],
        }
    }

    fn deposit(&mut self, process: usize, tokens: f64) {
        self.tokens[process] = (self.tokens[process] + tokens).min(Self::CAPACITY);
    }
}

impl Contender for Mongo {
    type Call = MongoCall;

    fn begin(&mut self, _: usize, _: Duration) -> MongoCall {
        MongoCall::default()
    }

    fn failed(
        &mut self,
        process: usize,
        call: &mut MongoCall,
        cause: Cause,
        _: Duration,
    ) -> Option<Duration> {
        let overloaded = cause == Cause::Overloaded;
        if call.retries > 0 && !overloaded {
            self.deposit(process, 1.0);
        }
        call.overloaded |= overloaded;
        call.retries += 1;
        if call.retries > if call.overloaded { 5 } else { 1 } {
            return None;
        }
        if !overloaded {
            return Some(Duration::ZERO);
        }
        if self.tokens[process] < 1.0 {
            return None;
        }
        self.tokens[process] -= 1.0;
        let base = (0.1 * 2_f64.powi(call.retries - 1)).min(10.0);
        Some(Duration::from_secs_f64(base * fastrand::f64()))
    }

    fn succeeded(&mut self, process: usize, call: &mut MongoCall, _: Duration) {
        self.deposit(process, if call.retries > 0 { 1.1 } else { 0.1 });
    }

    fn next_node(&self, _: &MongoCall, _: u32, nodes: &[usize]) -> usize {
        balanced(nodes)
    }

    fn level(&self, process: usize, _: Duration) -> Option<f64> {
        Some(self.tokens[process])
    }
}
