//! Budgets by other rules than the one that ships, to find out what speaks for it.

use retry_lab::simulation::contender::Contender;
use retry_lab::simulation::ours::{self, Ours};
use retry_lab::simulation::service::Cause;
use retry_runtime::__private::{Call, Name, Site};
use std::time::Duration;

/// What comes and goes, in tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// What a success earns.
    pub share: f64,
    /// Full at the start, and does not fade.
    pub reserve: f64,
    /// What a failed attempt takes.
    pub failure: ByCause,
    /// What a retry takes.
    pub retry: f64,
    /// What a success earns beside the share, by the last failure before it.
    pub mended: ByCause,
}

/// A figure for each cause of a failure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByCause {
    /// [`Cause::Error`].
    pub error: f64,
    /// [`Cause::TimedOut`].
    pub timed_out: f64,
    /// [`Cause::NotSent`].
    pub not_sent: f64,
    /// [`Cause::Overloaded`].
    pub overloaded: f64,
}

impl ByCause {
    /// Nothing for any.
    pub const NONE: Self = Self {
        error: 0.0,
        timed_out: 0.0,
        not_sent: 0.0,
        overloaded: 0.0,
    };

    const fn of(self, cause: Cause) -> f64 {
        match cause {
            Cause::Error => self.error,
            Cause::TimedOut => self.timed_out,
            Cause::NotSent => self.not_sent,
            Cause::Overloaded => self.overloaded,
        }
    }
}

/// What is beyond the reserve fades with this time constant, in seconds.
const WINDOW: f64 = 10.0;

impl Rule {
    /// The rule of [`retry_runtime::Budget`].
    pub const OURS: Self = Self {
        share: 0.15,
        reserve: 10.0,
        failure: ByCause {
            error: 1.0,
            timed_out: 1.0,
            not_sent: 0.0,
            overloaded: 1.0,
        },
        retry: 1.0,
        mended: ByCause {
            error: 2.0,
            timed_out: 5.0,
            not_sent: 2.0,
            overloaded: 0.0,
        },
    };

    /// A fleet of processes that each have a budget of their own.
    #[must_use]
    pub fn fleet(self, processes: usize) -> RuledFleet {
        RuledFleet {
            rule: self,
            site: Site::new(Name::written("outage"), Ours::DEFAULT.policy),
            levels: vec![(self.reserve, Duration::ZERO); processes],
        }
    }
}

/// See [`Rule::fleet`].
pub struct RuledFleet {
    rule: Rule,
    site: Site,
    /// By process, and when it was up to date.
    levels: Vec<(f64, Duration)>,
}

impl RuledFleet {
    fn level(&mut self, process: usize, now: Duration) -> &mut f64 {
        let (level, at) = &mut self.levels[process];
        let above = (*level - self.rule.reserve).max(0.0);
        let passed = now.saturating_sub(*at).as_secs_f64();
        *level -= above * -(-passed / WINDOW).exp_m1();
        *at = now;
        level
    }
}

/// A call, and why its last attempt failed.
type RuledCall = (Call, Option<Cause>);

impl Contender for RuledFleet {
    type Call = RuledCall;

    fn begin(&mut self, _: usize, _: Duration) -> RuledCall {
        (Call::new(), None)
    }

    fn failed(
        &mut self,
        process: usize,
        (call, last): &mut RuledCall,
        cause: Cause,
        now: Duration,
    ) -> Option<Duration> {
        *last = Some(cause);
        let Rule { failure, retry, .. } = self.rule;
        let level = self.level(process, now);
        *level = (*level - failure.of(cause)).max(0.0);
        let enough = *level >= retry;
        let delay = ours::decide(&self.site, None, call, cause).filter(|_| enough)?;
        *self.level(process, now) -= retry;
        Some(delay)
    }

    fn succeeded(&mut self, process: usize, (_, last): &mut RuledCall, now: Duration) {
        let Rule { share, mended, .. } = self.rule;
        let mended = last.map_or(0.0, |cause| mended.of(cause));
        *self.level(process, now) += share + mended;
    }

    fn next_node(&self, (call, _): &RuledCall, first: u32, nodes: &[usize]) -> usize {
        ours::chosen(call, first, nodes)
    }
}
