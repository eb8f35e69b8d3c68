//! What the attempts of a call are made under.

use super::decision::Before;
use super::failed_attempt::FailedAttempt;
use super::into_verdict::Judgement;
use super::ruling::Ruling;
use crate::budget::Budget;
use crate::observe::subject::{Subject, Target};
use crate::observe::{self, FailureReport, Shown};
use crate::policy::Policy;
use crate::verdict::Verdict;

/// What the attempts of a call are made under.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub(crate) subject: Subject<'a>,
    pub(crate) policy: &'a Policy,
    pub(crate) budget: Option<&'a Budget>,
    /// What the central rules say of the call.
    pub(crate) ruling: Ruling,
}

impl<'a> Terms<'a> {
    /// Who pays for the retries.
    #[inline]
    #[must_use]
    pub const fn payer(self) -> Option<&'a Budget> {
        self.budget
    }

    /// The same, where the function's name is the value of an expression: it is asked
    /// for where something is told.
    #[inline]
    #[must_use]
    pub const fn called(self, name: &'a dyn Fn() -> &'static str) -> Self {
        Self {
            subject: self.subject.given(name),
            ..self
        }
    }

    /// The same, where the attribute says to whom the calls go.
    #[inline]
    #[must_use]
    pub const fn to(self, target: &'a dyn Fn() -> String) -> Self {
        Self {
            subject: self.subject.to(Target::Asked(target)),
            ..self
        }
    }

    /// A call succeeded with its attempt of this number, which had `before` before it:
    /// the budget earns, and there is something to tell where it had to be repeated.
    #[inline]
    pub(crate) fn succeeded(self, attempts: u32, before: Before) {
        if let Some(budget) = self.budget {
            budget.record_success();
        }
        if attempts > 1 {
            self.recovered_apart(attempts, before);
        } else {
            observe::succeeded(self.subject);
        }
    }

    #[cold]
    #[inline(never)]
    fn recovered_apart(self, attempts: u32, before: Before) {
        self.recovered(attempts, before);
    }

    #[inline]
    pub(super) fn recovered(self, attempts: u32, before: Before) {
        if let (Some(budget), Some(mended)) = (self.budget, before.failure()) {
            budget.record_mended(mended);
        }
        observe::recovered(self.subject, attempts);
    }

    /// What log and metric are told of the failed attempt of this number, or of the "not
    /// yet" of a poll, which has no verdict of its own.
    #[inline]
    pub(super) fn told(
        self,
        attempt: u32,
        judgement: Option<&Judgement>,
        error: Shown<'a>,
    ) -> FailureReport<'a> {
        FailureReport {
            subject: self.subject,
            attempt,
            of: self.policy.max().saturating_add(1),
            error,
            verdict: judgement.map_or(Verdict::transient(), |it| it.verdict),
            budget: self.budget,
        }
    }

    /// The breaker has not admitted the attempt of this number: the call ends.
    pub(crate) fn rejected(self, attempt: u32, error: Shown<'_>) {
        let judgement = Judgement::of(Verdict::not_sent());
        let failed = FailedAttempt::under(self, judgement).error(error);
        observe::rejected(&failed.told(attempt));
    }
}
