//! One of the attempts that run side by side: what it is given, and what it
//! hands back.

use crate::attempt::Attempt;
use crate::elapsed::Elapsed;
use crate::engine::retry_token::Paid;
use crate::time::limit::Limit;
use crate::verdict::Verdict;

/// An attempt that is about to start. Where it does not get as far as
/// [`begin`](Self::begin), what the budget paid for it is given back.
#[derive(Debug)]
pub struct Started<'b> {
    begun: Begun,
    paid: Paid<'b>,
}

/// An attempt that runs.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    number: u32,
}

impl<'b> Started<'b> {
    pub(super) const fn new(number: u32, paid: Paid<'b>) -> Self {
        Self {
            begun: Begun { number },
            paid,
        }
    }

    /// Whether this is not the first attempt of the call: a retry or a hedge.
    #[must_use]
    pub const fn is_retry(&self) -> bool {
        self.begun.is_retry()
    }

    /// The attempt, as the body and `before_retry` see it.
    #[must_use]
    pub fn attempt(&self, seed: u32, limit: Option<Limit>) -> Attempt {
        self.begun.attempt(seed, limit)
    }

    /// The body starts now.
    #[must_use]
    pub fn begin(mut self) -> Begun {
        self.paid.spend();
        self.begun
    }
}

impl Begun {
    /// The number of the attempt; the first is 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Whether this is not the first attempt of the call: a retry or a hedge.
    #[must_use]
    pub const fn is_retry(&self) -> bool {
        self.number > 1
    }

    /// The attempt, as the body sees it.
    #[must_use]
    pub fn attempt(&self, seed: u32, limit: Option<Limit>) -> Attempt {
        let until = limit.and_then(|limit| limit.until());
        Attempt::new(self.number, seed, until)
    }
}

/// What came of an attempt.
#[derive(Debug)]
pub struct Tried<R> {
    pub(super) outcome: R,
    pub(super) failed: Option<Failed>,
}

/// A failure, as far as the race is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed {
    pub(super) verdict: Verdict,
    pub(super) cut: Option<Elapsed>,
    /// Whether the attempt was a circuit breaker's probe.
    pub(super) probe: bool,
    /// Whether it was not made at all: the breaker is open.
    pub(super) rejected: bool,
}

impl Failed {
    pub(super) const fn by(verdict: Verdict) -> Self {
        Self {
            verdict,
            cut: None,
            probe: false,
            rejected: false,
        }
    }
}

impl<R> Tried<R> {
    /// The attempt failed where there is a verdict: by an error, or by a
    /// response that is judged like one.
    pub fn new(outcome: R, verdict: Option<Verdict>) -> Self {
        let failed = verdict.map(Failed::by);
        Self { outcome, failed }
    }

    /// The breaker has not admitted the attempt: none may follow.
    pub const fn rejected(outcome: R) -> Self {
        let failed = Some(Failed {
            rejected: true,
            ..Failed::by(Verdict::not_sent())
        });
        Self { outcome, failed }
    }

    /// The limit that cut the attempt, if one did.
    #[must_use]
    pub fn cut(mut self, cut: Option<Elapsed>) -> Self {
        if let Some(failed) = &mut self.failed {
            failed.cut = cut;
        }
        self
    }

    /// Whether the attempt was a circuit breaker's probe.
    #[must_use]
    pub fn probe(mut self, probe: bool) -> Self {
        if let Some(failed) = &mut self.failed {
            failed.probe = probe;
        }
        self
    }
}
