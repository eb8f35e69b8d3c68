//! The policies of this project, by the code that `#[retry]` generates calls to.

use super::contender::Contender;
use super::service::Cause;
use retry_runtime::__private::{Call, Deadline, FailedAttempt, Judgement, Name, Site, Terms};
use retry_runtime::{Backoff, Budget, Jitter, Policy};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// A policy of ours, and its budget.
#[derive(Clone, Debug)]
pub struct Ours {
    /// The policy.
    pub policy: Policy,
    /// The budget of each process.
    pub budget: Option<Allowance>,
    /// When retries are switched off: calls that begin then make one attempt, as by
    /// `enabled = false` in the central rules.
    pub off: Option<Range<Duration>>,
}

/// The figures of a [`Budget`].
#[derive(Clone, Debug)]
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
    /// Those of this one.
    Like(Arc<Budget>),
}

impl Allowance {
    /// A budget with these figures.
    ///
    /// # Panics
    ///
    /// Where the percentage is not in 1..=100.
    #[must_use]
    pub fn budget(&self) -> Budget {
        match self {
            Self::Standard => Budget::standard(),
            Self::Of { percent, reserve } => Budget::new(*percent)
                .expect("the percentages of the simulation are in 1..=100")
                .reserve(*reserve),
            Self::Like(budget) => Budget::like(budget),
        }
    }
}

impl Ours {
    /// A bare `#[retry]`.
    pub const DEFAULT: Self = Self {
        policy: Policy::DEFAULT,
        budget: Some(Allowance::Standard),
        off: None,
    };

    /// One attempt.
    pub const NO_RETRIES: Self = Self {
        policy: Policy::DEFAULT.with_max(0),
        budget: None,
        off: None,
    };

    /// Three retries at once: the loop that is written first.
    pub const NAIVE: Self = Self {
        policy: Policy::DEFAULT.with_backoff(Backoff::none()),
        budget: None,
        off: None,
    };

    /// `#[retry(budget = none)]`.
    pub const NO_BUDGET: Self = Self {
        policy: Policy::DEFAULT,
        budget: None,
        off: None,
    };

    /// The same with another budget.
    #[must_use]
    pub fn budget(mut self, percent: u32, reserve: u32) -> Self {
        self.budget = Some(Allowance::Of { percent, reserve });
        self
    }

    /// The same with another jitter.
    #[must_use]
    pub fn jitter(mut self, jitter: Jitter) -> Self {
        self.policy = self.policy.with_jitter(jitter);
        self
    }

    /// Whether it does what a bare `#[retry]` does.
    #[must_use]
    pub fn is_default(&self) -> bool {
        let standard = matches!(self.budget, Some(Allowance::Standard));
        standard && self.policy == Policy::DEFAULT && self.off.is_none()
    }

    /// A fleet of processes that each have a budget of their own.
    #[must_use]
    pub fn fleet(&self, processes: usize) -> OurFleet {
        OurFleet {
            site: Site::new(Name::written("outage"), self.policy),
            policy: self.policy,
            budgets: self
                .budget
                .as_ref()
                .map(|budget| (0..processes).map(|_| budget.budget()).collect()),
            off: self.off.clone(),
        }
    }
}

/// See [`Ours::fleet`].
pub struct OurFleet {
    site: Site,
    policy: Policy,
    budgets: Option<Vec<Budget>>,
    off: Option<Range<Duration>>,
}

/// A call of [`OurFleet`].
pub struct OurCall {
    call: Call,
    once: bool,
    /// By the simulation's clock and by the library's.
    deadline: Option<(Duration, Deadline)>,
    retry_until: Option<Deadline>,
}

impl OurFleet {
    fn budget(&self, process: usize) -> Option<&Budget> {
        self.budgets.as_ref().map(|budgets| &budgets[process])
    }
}

impl Contender for OurFleet {
    type Call = OurCall;

    fn begins_on_the_clock(&self) -> bool {
        self.policy.deadline().is_some() || self.policy.retry_for().is_some()
    }

    fn begin(&mut self, _: usize, now: Duration) -> OurCall {
        let deadline = self.policy.deadline();
        OurCall {
            call: Call::new(),
            once: self.off.as_ref().is_some_and(|off| off.contains(&now)),
            deadline: deadline.map(|length| (now.saturating_add(length), Deadline::after(length))),
            retry_until: self.policy.retry_for().map(Deadline::after),
        }
    }

    fn deadline(&self, call: &OurCall) -> Option<Duration> {
        call.deadline.map(|(at, _)| at)
    }

    fn failed(
        &mut self,
        process: usize,
        call: &mut OurCall,
        cause: Cause,
        _: Duration,
    ) -> Option<Duration> {
        if call.once {
            return None;
        }
        let judgement = Judgement::of(cause.verdict());
        let failed = FailedAttempt::under(terms(&self.site, self.budget(process)), judgement)
            .deadline(call.deadline.map(|(_, deadline)| deadline))
            .retry_until(call.retry_until);
        call.call.failed(failed).ok()
    }

    fn succeeded(&mut self, process: usize, call: &mut OurCall, _: Duration) {
        succeed(&self.site, self.budget(process), &call.call);
    }

    fn next_node(&self, call: &OurCall, first: u32, nodes: &[usize]) -> usize {
        chosen(&call.call, first, nodes)
    }

    fn level(&self, process: usize, _: Duration) -> Option<f64> {
        self.budget(process).map(Budget::level)
    }
}

/// What `Attempt::choose` says.
#[doc(hidden)]
#[must_use]
pub fn chosen(call: &Call, first: u32, nodes: &[usize]) -> usize {
    let attempt = call.attempt(first, None);
    attempt.choose(nodes).copied().unwrap_or_default()
}

/// One layer's decision after a failure.
#[doc(hidden)]
#[must_use]
pub fn decide(
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
#[doc(hidden)]
pub fn succeed(site: &Site, budget: Option<&Budget>, call: &Call) {
    call.succeeded(terms(site, budget));
}

fn terms<'a>(site: &'a Site, budget: Option<&'a Budget>) -> Terms<'a> {
    budget.map_or_else(|| site.unpaid(), |budget| site.paid_by(budget))
}
