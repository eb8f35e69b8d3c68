//! What `retry-tower` stands on, and nothing else does. No part of the public
//! interface: that crate is pinned to this very version.
//!
//! A layer starts attempts and waits by itself, since its calls own what an
//! annotated function borrows. What an attempt's failure means for the call is
//! decided here, by the state machine of all calls.

use crate::call::{self, Failure};
use crate::observe::{self, Shown};
use crate::{Attempt, Budget, Elapsed, Ended, Policy, Verdict, layers};
use std::fmt::Display;
use std::time::Duration;

pub use crate::attempt::seed;
use crate::clock;
pub use crate::cut::{Cut, Deadline, Limit};
pub use crate::layers::Layer;
pub use crate::sleep::sleep;
pub use tokio::time::{Instant, Sleep};

/// What the attempts of a call are made under.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What logs and metrics call it.
    pub name: &'static str,
    /// How often and how fast.
    pub policy: &'a Policy,
    /// Who pays for retries.
    pub budget: Option<&'a Budget>,
}

/// A failed attempt.
#[derive(Clone, Copy)]
pub struct Failed<'a> {
    /// What it says about trying again.
    pub verdict: Verdict,
    /// How the log shows it.
    pub error: &'a dyn Display,
    /// The limit that cut the attempt, if one did.
    pub cut: Option<Elapsed>,
    /// Whether it was a circuit breaker's probe.
    pub probe: bool,
}

/// The state of one call.
#[derive(Debug, Default)]
pub struct Call(call::Call);

impl Call {
    /// A call that has not begun.
    #[must_use]
    pub const fn new() -> Self {
        Self(call::Call::new())
    }

    /// After the failure of the attempt of this number: how long to wait for the
    /// next one. The budget has paid for it then.
    ///
    /// # Errors
    ///
    /// Why there is none. The call may go on, by another attempt beside this one.
    pub fn retry(
        &mut self,
        number: u32,
        deadline: Option<Deadline>,
        terms: Terms<'_>,
        failed: Failed<'_>,
    ) -> Result<Duration, Ended> {
        let failure = failure(terms, failed).deadline(deadline);
        self.0.failed_beside(number, failure)
    }

    /// Takes a hedge, where `max` and the budget allow one more.
    pub fn hedge(&mut self, terms: Terms<'_>) -> bool {
        let max = terms.policy.max;
        let paid =
            self.0.retries() < max && terms.budget.is_none_or(|budget| budget.try_retry(max));
        if paid {
            self.0.hedge(terms.name);
        }
        paid
    }
}

/// The call has succeeded after that many attempts.
pub fn succeeded(terms: Terms<'_>, attempts: u32) {
    if let Some(budget) = terms.budget {
        budget.record_success();
    }
    if attempts > 1 {
        observe::recovered(terms.name, attempts);
    }
}

/// The call has failed after that many attempts.
pub fn ended(terms: Terms<'_>, attempts: u32, failed: Failed<'_>, ended: Ended) {
    observe::ended(&failure(terms, failed).told(attempts), ended);
}

/// The breaker has not admitted the attempt of this number, which ends the call.
pub fn rejected(terms: Terms<'_>, attempts: u32, error: &dyn Display) {
    let failure = Failure::under(terms, Verdict::not_sent()).error(Shown::Display(error));
    observe::rejected(&failure.told(attempts));
}

/// The attempt that starts now.
#[must_use]
pub fn attempt(number: u32, seed: u32, limit: Option<Limit>) -> Attempt {
    Attempt::new(number, seed, limit.and_then(|limit| limit.until()))
}

/// Whether the code that runs now is part of an outer call's retry.
#[must_use]
pub fn outer_is_retrying() -> bool {
    layers::outer_is_retrying()
}

/// The time on the clock of all calls.
#[must_use]
pub fn now() -> clock::Instant {
    clock::now()
}

/// How much time a deadline leaves; `None` where no clock can reach it.
#[must_use]
pub fn remaining(deadline: Deadline) -> Option<Duration> {
    deadline.remaining()
}

/// How long a call with this deadline was allowed to take.
#[must_use]
pub const fn length(deadline: Deadline) -> Duration {
    deadline.length()
}

/// What a push-back is too long for, if it is: the policy, or the deadline.
#[must_use]
pub fn too_long(policy: &Policy, deadline: Option<Deadline>, pushback: Duration) -> Option<Ended> {
    if pushback > policy.longest_pushback {
        return Some(Ended::Pushback);
    }
    let left = deadline.as_ref().and_then(Deadline::remaining);
    left.is_some_and(|left| pushback >= left)
        .then_some(Ended::Deadline)
}

/// The limits of a policy: of each attempt, and of the call.
#[must_use]
pub const fn limits(policy: &Policy) -> (Option<Duration>, Option<Duration>) {
    (policy.timeout, policy.deadline)
}

/// The same policy without limits.
pub const fn untimed(mut policy: Policy) -> Policy {
    policy.timeout = None;
    policy.deadline = None;
    policy
}

/// How many retries a policy allows.
#[must_use]
pub const fn max(policy: &Policy) -> u32 {
    policy.max
}

/// The error of a call whose time was over after it had its answer's beginning.
#[must_use]
pub const fn out_of_time(after: Duration) -> Elapsed {
    Elapsed::deadline(after)
}

/// Every method that a service config names, as `service/method`, `service/`
/// and, for all, `/`.
#[cfg(feature = "service-config")]
pub fn methods(
    config: &crate::service_config::ServiceConfig,
) -> impl Iterator<Item = (&str, &crate::service_config::MethodConfig)> {
    config.methods()
}

impl<'a> From<Terms<'a>> for call::Terms<'a> {
    fn from(terms: Terms<'a>) -> Self {
        Self {
            name: terms.name,
            policy: terms.policy,
            budget: terms.budget,
        }
    }
}

fn failure<'a>(terms: Terms<'a>, failed: Failed<'a>) -> Failure<'a> {
    Failure::under(terms, failed.verdict)
        .error(Shown::Display(failed.error))
        .cut(failed.cut)
        .probe(failed.probe)
}
