//! What a decision asks of the world, with the real clock, dice, budget and chain stop.

use super::chain_stop;
use super::decision::World;
use super::delays::{DelaySource, NextDelay};
use super::failed_attempt::FailedAttempt;
use super::terms::Terms;
use crate::ended::Ended;
use crate::seams;
use crate::time::limit::Deadline;
use std::time::Duration;

/// The world of a call that nothing limits but its policy and its budget: compiled apart,
/// as most calls are of this kind.
pub(super) struct Unlimited<'a>(pub(super) Terms<'a>);

impl World for Unlimited<'_> {
    #[inline]
    fn closed(&mut self) -> Option<Ended> {
        self.0.ruling.is_off().then_some(Ended::Exhausted)
    }

    #[inline]
    fn remaining(&mut self) -> Option<Duration> {
        None
    }

    #[inline]
    fn retry_window(&mut self) -> Option<Duration> {
        None
    }

    #[inline]
    fn is_nested(&mut self) -> bool {
        chain_stop::outer_is_retrying()
    }

    #[inline]
    fn next_delay(&mut self) -> NextDelay {
        NextDelay::Policy
    }

    #[inline]
    fn random(&mut self) -> f64 {
        seams::random()
    }

    #[inline]
    fn spend(&mut self) -> bool {
        let Self(terms) = self;
        terms
            .budget
            .is_none_or(|budget| budget.try_retry(terms.policy.max()))
    }
}

/// The world as it is.
pub(super) struct Live<'a> {
    unlimited: Unlimited<'a>,
    closed: Option<Ended>,
    deadline: Option<Deadline>,
    retry_until: Option<Deadline>,
    delays: Option<&'a mut dyn DelaySource>,
}

impl<'a> Live<'a> {
    pub(super) fn of(failed: FailedAttempt<'a>) -> Self {
        let mut unlimited = Unlimited(failed.terms);
        // A poll that asks again is no retry, and goes on.
        let is_failure = failed.happened.judgement.is_some();
        let off = is_failure.then(|| unlimited.closed()).flatten();
        Self {
            unlimited,
            closed: failed.closed.or(off),
            deadline: failed.deadline,
            retry_until: failed.retry_until,
            delays: failed.delays,
        }
    }
}

impl World for Live<'_> {
    #[inline]
    fn closed(&mut self) -> Option<Ended> {
        self.closed
    }

    #[inline]
    fn remaining(&mut self) -> Option<Duration> {
        self.deadline.as_ref().and_then(Deadline::remaining)
    }

    #[inline]
    fn retry_window(&mut self) -> Option<Duration> {
        self.retry_until.as_ref().and_then(Deadline::remaining)
    }

    #[inline]
    fn is_nested(&mut self) -> bool {
        self.unlimited.is_nested()
    }

    #[inline]
    fn next_delay(&mut self) -> NextDelay {
        match &mut self.delays {
            Some(delays) => delays.next_delay(),
            None => self.unlimited.next_delay(),
        }
    }

    #[inline]
    fn random(&mut self) -> f64 {
        self.unlimited.random()
    }

    #[inline]
    fn spend(&mut self) -> bool {
        self.unlimited.spend()
    }
}
