//! The policies of this project, by the code that `#[retry]` generates calls to.

use super::contender::Contender;
use super::service::Cause;
use retry_runtime::__private::{Call, FailedAttempt, Judgement, Name, Site, Terms};
use retry_runtime::{Backoff, Budget, Jitter, Policy};
use std::time::Duration;

/// A policy of ours, and its budget.
#[derive(Clone, Copy, Debug)]
pub struct Ours {
    /// The policy.
    pub policy: Policy,
    /// The budget of each process.
    pub budget: Option<Allowance>,
}

/// The figures of a [`Budget`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowance {
    /// The default ones.
    Standard,
    /// These.
    Of {
        /// The share of the successes, in per cent.
        percent: u32,
        /// The reserve, in retries.
        reserve: u32,
    },
}

impl Allowance {
    /// A budget with these figures.
    ///
    /// # Panics
    ///
    /// Where the percentage is not in 1..=100.
    #[must_use]
    pub fn budget(self) -> Budget {
        match self {
            Self::Standard => Budget::standard(),
            Self::Of { percent, reserve } => Budget::new(percent)
                .expect("the percentages of the simulation are in 1..=100")
                .reserve(reserve),
        }
    }
}

impl Ours {
    /// A bare `#[retry]`.
    pub const DEFAULT: Self = Self {
        policy: Policy::DEFAULT,
        budget: Some(Allowance::Standard),
    };

    /// One attempt.
    pub const NO_RETRIES: Self = Self {
        policy: Policy::DEFAULT.with_max(0),
        budget: None,
    };

    /// Three retries at once: the loop that is written first.
    pub const NAIVE: Self = Self {
        policy: Policy::DEFAULT.with_backoff(Backoff::none()),
        budget: None,
    };

    /// `#[retry(budget = none)]`.
    pub const NO_BUDGET: Self = Self {
        policy: Policy::DEFAULT,
        budget: None,
    };

    /// The same with another budget.
    #[must_use]
    pub const fn budget(mut self, percent: u32, reserve: u32) -> Self {
        self.budget = Some(Allowance::Of { percent, reserve });
        self
    }

    /// The same with another jitter.
    #[must_use]
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        self.policy = self.policy.with_jitter(jitter);
        self
    }

    /// A fleet of processes that each have a budget of their own.
    #[must_use]
    pub fn fleet(self, processes: usize) -> OurFleet {
        OurFleet {
            site: Site::new(Name::written("outage"), self.policy),
            budgets: self
                .budget
                .map(|budget| (0..processes).map(|_| budget.budget()).collect()),
        }
    }
}

/// See [`Ours::fleet`].
pub struct OurFleet {
    site: Site,
    budgets: Option<Vec<Budget>>,
}

impl OurFleet {
    fn budget(&self, process: usize) -> Option<&Budget> {
        self.budgets.as_ref().map(|budgets| &budgets[process])
    }
}

impl Contender for OurFleet {
    type Call = Call;

    fn begin(&mut self, _: usize, _: Duration) -> Call {
        Call::new()
    }

    fn failed(
        &mut self,
        process: usize,
        call: &mut Call,
        cause: Cause,
        _: Duration,
    ) -> Option<Duration> {
        decide(&self.site, self.budget(process), call, cause)
    }

    fn succeeded(&mut self, process: usize, call: &mut Call, _: Duration) {
        succeed(&self.site, self.budget(process), call);
    }

    fn next_node(&self, call: &Call, first: u32, nodes: &[usize]) -> usize {
        chosen(call, first, nodes)
    }
}

/// What `Attempt::choose` says.
pub(super) fn chosen(call: &Call, first: u32, nodes: &[usize]) -> usize {
    let attempt = call.attempt(first, None);
    attempt.choose(nodes).copied().unwrap_or_default()
}

/// One layer's decision after a failure.
pub(super) fn decide(
    site: &Site,
    budget: Option<&Budget>,
    call: &mut Call,
    cause: Cause,
) -> Option<Duration> {
    let judgement = Judgement::of(cause.verdict());
    call.failed(FailedAttempt::under(terms(site, budget), judgement))
        .ok()
}

/// What one layer does after a success.
pub(super) fn succeed(site: &Site, budget: Option<&Budget>, call: &mut Call) {
    call.succeeded(terms(site, budget));
}

fn terms<'a>(site: &'a Site, budget: Option<&'a Budget>) -> Terms<'a> {
    budget.map_or_else(|| site.unpaid(), |budget| site.paid_by(budget))
}
