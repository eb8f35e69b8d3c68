//! One of the attempts that run side by side: what it is given, and what it
//! hands back.

use crate::attempt::Attempt;
use crate::elapsed::Elapsed;
use crate::engine::call::Call;
use crate::engine::decision::{Before, Happened};
use crate::engine::into_verdict::Judgement;
use crate::engine::retry_token::RetryToken;
use crate::observe::subject::Name;
use crate::seams::{InjectedFault, Trace};
use crate::time::limit::Limit;

/// An attempt that is about to start. Where it does not get as far as
/// [`begin`](Self::begin), what the budget token for it is given back.
#[derive(Debug)]
pub struct Started<'b, H = ()> {
    begun: Begun,
    token: RetryToken<'b>,
    handed: H,
}

/// An attempt that runs.
#[derive(Clone, Debug)]
pub struct Begun {
    number: u32,
    is_hedge: bool,
    /// What the function is called.
    name: Name,
    trace: Trace,
}

impl<'b, H> Started<'b, H> {
    pub(super) const fn new(begun: Begun, token: RetryToken<'b>, handed: H) -> Self {
        Self {
            begun,
            token,
            handed,
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
    pub fn begin(self) -> Begun {
        self.begin_after().0
    }

    /// The body starts now, after a failure that something was kept of.
    #[must_use]
    pub fn begin_after(mut self) -> (Begun, H) {
        self.token.spend();
        (self.begun, self.handed)
    }
}

impl Begun {
    pub(super) fn new(number: u32, before: Before, name: Name, call: &Call) -> Self {
        Self {
            number,
            is_hedge: number > 1 && before == Before::Nothing,
            name,
            trace: call.trace.clone(),
        }
    }

    /// What logs and metrics call the function.
    #[inline]
    #[must_use]
    pub const fn name(&self) -> Name {
        self.name
    }

    /// The attempt starts now: what it is to end in, where a test makes it fail.
    #[inline]
    #[must_use]
    pub fn begins(&self, name: impl FnOnce() -> Name) -> InjectedFault {
        let mut trace = self.trace.clone();
        trace.attempt(name, self.number, self.is_hedge)
    }

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
    pub(super) end: AttemptEnd,
}

/// How an attempt ended, as far as the race is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) enum AttemptEnd {
    Succeeded,
    Failed(Happened),
    /// It was not made at all: the breaker is open.
    Rejected,
}

impl<R> Tried<R> {
    /// The attempt failed where there is a judgement: by an error, or by a
    /// response that is judged like one.
    pub fn new(outcome: R, judgement: Option<Judgement>) -> Self {
        let end = match judgement {
            None => AttemptEnd::Succeeded,
            Some(judgement) => AttemptEnd::Failed(Happened::failure(judgement)),
        };
        Self { outcome, end }
    }

    /// The breaker has not admitted the attempt: none may follow.
    pub const fn rejected(outcome: R) -> Self {
        Self {
            outcome,
            end: AttemptEnd::Rejected,
        }
    }

    /// The limit that cut the attempt, if one did.
    #[must_use]
    pub fn cut(mut self, cut: Option<Elapsed>) -> Self {
        if let AttemptEnd::Failed(happened) = &mut self.end {
            happened.cut = cut;
        }
        self
    }

    /// Whether the attempt was a circuit breaker's probe.
    #[must_use]
    pub fn probe(mut self, probe: bool) -> Self {
        if let AttemptEnd::Failed(happened) = &mut self.end {
            happened.probe = probe;
        }
        self
    }
}
