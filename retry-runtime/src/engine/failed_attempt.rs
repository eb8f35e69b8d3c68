//! A failed attempt and all that bears on what follows it.

use super::decision::Happened;
use super::delays::DelaySource;
use super::into_verdict::Judgement;
use super::ruling::Ruling;
use super::site::Site;
use super::terms::Terms;
use crate::budget::Budget;
use crate::elapsed::Elapsed;
use crate::ended::Ended;
use crate::observe::{FailureReport, Shown};
use crate::time::limit::Deadline;

/// Built only where an attempt failed, so that a success pays for none of it.
pub struct FailedAttempt<'a> {
    pub(super) terms: Terms<'a>,
    pub(super) happened: Happened,
    pub(super) closed: Option<Ended>,
    pub(super) deadline: Option<Deadline>,
    pub(super) retry_until: Option<Deadline>,
    pub(super) delays: Option<&'a mut dyn DelaySource>,
    pub(super) error: Shown<'a>,
}

impl<'a> FailedAttempt<'a> {
    /// A failure under these terms.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn under(terms: Terms<'a>, judgement: Judgement) -> Self {
        Self::new(terms, Happened::failure(judgement))
    }

    /// A failure at a site whose budget, if it has one, is a static. Not inlined, as the
    /// others: a call takes fewer bytes in each retried function than what it fills in.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn at(
        site: &'a Site,
        budget: Option<&'static Budget>,
        ruling: Ruling,
        judgement: Judgement,
    ) -> Self {
        Self::new(
            site.terms(budget).under(ruling),
            Happened::failure(judgement),
        )
    }

    /// The same, which may be the "not yet" of a poll.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn of_at(
        site: &'a Site,
        budget: Option<&'static Budget>,
        ruling: Ruling,
        happened: Happened,
    ) -> Self {
        Self::new(site.terms(budget).under(ruling), happened)
    }

    /// A failure, or the "not yet" of a poll: that is none, but another attempt follows.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn of(terms: Terms<'a>, happened: Happened) -> Self {
        Self::new(terms, happened)
    }

    #[inline]
    pub(super) fn new(terms: Terms<'a>, happened: Happened) -> Self {
        Self {
            terms,
            happened,
            closed: None,
            deadline: None,
            retry_until: None,
            delays: None,
            error: Shown::Not,
        }
    }

    /// Why nothing is to start any more, where that is so.
    pub(crate) fn closed(mut self, closed: Option<Ended>) -> Self {
        self.closed = closed;
        self
    }

    /// The error, for the log.
    #[inline]
    #[must_use]
    pub fn error(mut self, error: Shown<'a>) -> Self {
        self.error = error;
        self
    }

    /// The limit that cut the attempt, if one did.
    #[inline]
    #[must_use]
    pub fn cut(mut self, cut: Option<Elapsed>) -> Self {
        self.happened.cut = cut;
        self
    }

    /// The call's deadline.
    #[inline]
    #[must_use]
    pub fn deadline(mut self, deadline: Option<Deadline>) -> Self {
        self.deadline = deadline;
        self
    }

    /// When the last retry may start.
    #[inline]
    #[must_use]
    pub fn retry_until(mut self, until: Option<Deadline>) -> Self {
        self.retry_until = until;
        self
    }

    /// The user's own backoff.
    #[inline]
    #[must_use]
    pub fn delays(mut self, delays: &'a mut dyn DelaySource) -> Self {
        self.delays = Some(delays);
        self
    }

    /// Whether the attempt was a circuit breaker's probe: it has said what it
    /// was to find out, and is not retried.
    #[inline]
    #[must_use]
    pub fn probe(mut self, probe: bool) -> Self {
        self.happened.probe = probe;
        self
    }

    /// What log and metric are told of it; `attempt` is its number.
    pub(crate) fn told(&self, attempt: u32) -> FailureReport<'a> {
        self.terms
            .told(attempt, self.happened.judgement.as_ref(), self.error)
    }
}
