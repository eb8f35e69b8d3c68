//! The rules of a retry, in their order: what happened comes in, how long to wait
//! or why there is no retry comes out. No clock, no I/O: what has to be known of the
//! world comes in as [`World`].

use super::delays::{BackoffState, NextDelay, Planned, spread};
use super::into_verdict::Judgement;
use crate::elapsed::Elapsed;
use crate::ended::Ended;
use crate::policy::Policy;
use crate::verdict::Verdict;
use std::time::Duration;

/// What has happened to one call so far. It is part of every retried future,
/// so it is kept to 12 bytes.
#[derive(Debug)]
pub(crate) struct Attempts {
    retries: RetryCount,
    backoff: BackoffState,
}

/// How many retries were made or decided, and what came before the last of them, in
/// the room of one number: two bits for the one, the rest for the other.
#[derive(Clone, Copy, Debug)]
struct RetryCount(u32);

/// What the attempt before a retry ended in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// No attempt, a hedge, or the "not yet" of a poll.
    Nothing,
    /// A failure.
    Failure,
    /// A failure that said that the service is overloaded.
    Overload,
    /// No answer in time.
    TimeOut,
}

impl RetryCount {
    const BEFORE: u32 = 0b11;
    const ONE: u32 = 1 << 2;

    const fn count(self) -> u32 {
        self.0 >> 2
    }

    const fn before(self) -> Before {
        match self.0 & Self::BEFORE {
            0 => Before::Nothing,
            1 => Before::Failure,
            2 => Before::Overload,
            _ => Before::TimeOut,
        }
    }

    /// One more. A count of a billion stays where it is.
    const fn after(self, before: Before) -> Self {
        let before = match before {
            Before::Nothing => 0,
            Before::Failure => 1,
            Before::Overload => 2,
            Before::TimeOut => 3,
        };
        Self(self.0.saturating_add(Self::ONE) & !Self::BEFORE | before)
    }
}

/// What came of an attempt that is not the end of its call by itself.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    /// `None` for the "not yet" of a poll.
    pub(crate) judgement: Option<Judgement>,
    /// The limit that cut the attempt.
    pub(crate) cut: Option<Elapsed>,
    /// Whether the attempt was a circuit breaker's probe.
    pub(crate) probe: bool,
}

impl Happened {
    /// The "not yet" of a poll.
    pub(crate) const NOT_YET: Self = Self {
        judgement: None,
        cut: None,
        probe: false,
    };

    /// A failure.
    pub(crate) const fn failure(judgement: Judgement) -> Self {
        Self {
            judgement: Some(judgement),
            ..Self::NOT_YET
        }
    }

    /// Whether the deadline of the whole call cut the attempt.
    pub(crate) fn is_out_of_time(&self) -> bool {
        self.cut.is_some_and(|cut| cut.is_deadline())
    }

    /// The reason that the call ends with it, if it is not the failure's own.
    #[inline]
    pub(super) fn closing(&self) -> Option<Closing> {
        let probe = self.probe.then_some(Closing::Probe);
        self.is_out_of_time().then_some(Closing::Deadline).or(probe)
    }
}

/// Why a call ends with an attempt, whatever its failure says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The deadline of the whole call cut it.
    Deadline,
    /// It was a circuit breaker's probe, and has said what it was to find out: the
    /// breaker decides what follows.
    Probe,
}

/// The world outside, asked only for what a decision needs.
pub(crate) trait World {
    /// Why nothing is to start any more: an attempt beside this one has ended so.
    fn closed(&mut self) -> Option<Ended>;
    /// Time until the deadline.
    fn remaining(&mut self) -> Option<Duration>;
    /// Time until the last retry may start.
    fn retry_window(&mut self) -> Option<Duration>;
    /// Whether a call further out is on a retry.
    fn is_nested(&mut self) -> bool;
    /// Where the next delay comes from.
    fn next_delay(&mut self) -> NextDelay;
    /// A number from 0 up to but excluding 1.
    fn random(&mut self) -> f64;
    /// Takes one retry from the budget, if there is one left.
    fn spend(&mut self) -> bool;
}

impl Attempts {
    pub(crate) const NEW: Self = Self {
        retries: RetryCount(0),
        backoff: BackoffState::NEW,
    };

    /// Retries made or decided so far.
    pub(crate) const fn retries(&self) -> u32 {
        self.retries.count()
    }

    /// What came before the attempt that starts or runs now.
    pub(crate) const fn before(&self) -> Before {
        self.retries.before()
    }

    /// Counts a hedge among the retries.
    pub(crate) const fn hedge(&mut self) {
        self.retries = self.retries.after(Before::Nothing);
        self.backoff.skip();
    }

    /// Decides after an attempt that failed, or that was a poll's "not yet". The
    /// budget is asked last, so that nothing is spent on a retry that is not made. Inlined,
    /// since what is known of the world leaves little of it.
    ///
    /// # Errors
    ///
    /// Why there is no retry.
    #[allow(
        clippy::inline_always,
        reason = "a function of its own takes 40 instructions more a failure: benches/instructions"
    )]
    #[inline(always)]
    pub(super) fn decide(
        &mut self,
        policy: &Policy,
        judgement: Option<&Judgement>,
        closing: Option<Closing>,
        world: &mut impl World,
    ) -> Result<Duration, Ended> {
        if closing == Some(Closing::Deadline) {
            return Err(Ended::Deadline);
        }
        if let Some(judgement) = judgement {
            is_worth_it(judgement, closing == Some(Closing::Probe))?;
        }
        if let Some(closed) = world.closed() {
            return Err(closed);
        }
        if self.retries() >= policy.max() {
            return Err(Ended::Exhausted);
        }
        // A poll goes on: what repeats it further out is no reason to take "not yet"
        // for an answer.
        if judgement.is_some() && world.is_nested() {
            return Err(Ended::Nested);
        }
        let planned = self.plan(policy, judgement, world)?;
        // None left is over, whatever the wait: without one, retries would never end.
        let is_over = |left: Duration| left.is_zero() || planned.wait > left;
        if world.retry_window().is_some_and(is_over) {
            return Err(Ended::Exhausted);
        }
        if world.remaining().is_some_and(|left| planned.wait >= left) {
            return Err(Ended::Deadline);
        }
        if judgement.is_some() && !world.spend() {
            return Err(Ended::Budget);
        }
        self.retries = self.retries.after(Before::of(judgement));
        self.backoff.commit(&planned);
        Ok(planned.wait)
    }

    /// The wait before the next attempt: the server's, or that of the backoff.
    #[inline]
    fn plan(
        &self,
        policy: &Policy,
        judgement: Option<&Judgement>,
        world: &mut impl World,
    ) -> Result<Planned, Ended> {
        let verdict = judgement.map(|it| &it.verdict);
        if let Some(wait) = verdict.and_then(Verdict::pushback) {
            if wait > policy.longest_pushback {
                return Err(Ended::Pushback);
            }
            let wait = if verdict.is_some_and(Verdict::spreads) {
                spread(wait, world.random())
            } else {
                wait
            };
            return Ok(self.backoff.pushed_back(self.retries(), wait));
        }
        let next = world.next_delay();
        self.backoff
            .plan(self.retries(), policy, next, || world.random())
            .ok_or(Ended::Exhausted)
    }
}

impl Before {
    /// What the next attempt has before it.
    const fn of(judgement: Option<&Judgement>) -> Self {
        match judgement {
            None => Self::Nothing,
            Some(judgement) if judgement.heard().is_overloaded() => Self::Overload,
            Some(judgement) if judgement.heard().is_timed_out() => Self::TimeOut,
            Some(_) => Self::Failure,
        }
    }

    /// The failure, as far as it is remembered.
    pub(crate) const fn failure(self) -> Option<Verdict> {
        match self {
            Self::Nothing => None,
            Self::Failure => Some(Verdict::transient()),
            Self::Overload => Some(Verdict::transient().overloaded()),
            Self::TimeOut => Some(Verdict::transient().timed_out()),
        }
    }
}

/// What the failure itself says against another attempt.
const fn is_worth_it(judgement: &Judgement, probe: bool) -> Result<(), Ended> {
    if judgement.verdict.is_permanent() {
        return Err(Ended::Permanent);
    }
    if probe {
        return Err(Ended::Rejected);
    }
    if judgement.verdict.is_retry_refused() {
        return Err(Ended::Pushback);
    }
    // No retry is allowed for what may have been executed.
    if judgement.is_retryable() {
        Ok(())
    } else {
        Err(Ended::Exhausted)
    }
}

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests;
