//! What is to be done about a failure.

use std::fmt;
use std::time::Duration;

/// What a failure says: of trying again, of how long to wait, and of the service.
///
/// **Is another attempt worth it?** There are four answers.
///
/// | verdict | retried | what it says |
/// | --- | --- | --- |
/// | [`permanent`](Verdict::permanent) | no | the same request would fail again |
/// | [`transient`](Verdict::transient) | yes | it may go better; the request may have been executed |
/// | [`not_sent`](Verdict::not_sent) | yes | the request never left: it was not executed |
/// | [`refused`](Verdict::refused) | yes | the server answered that it did not execute the request |
///
/// The last two are proofs, not guesses: `#[retry_unsent]` repeats an operation
/// that must not run twice on the strength of them.
///
/// **How long to wait?** As long as the backoff says, or as the server does:
/// [`with_pushback`](Verdict::with_pushback), and where it wants no retry at all
/// [`with_no_retry`](Verdict::with_no_retry).
///
/// **Does it speak against the service?** Circuit breakers and budgets ask. Where
/// nothing else is said, what is worth another attempt does, and what is permanent
/// does not: a "not found" is an answer.
/// [`against_service`](Verdict::against_service) says otherwise, and
/// [`overloaded`](Verdict::overloaded) says that the service has too much to do.
///
/// A `bool` converts: `true` is transient, `false` permanent.
///
/// ```
/// use retry_runtime::Verdict;
/// use std::time::Duration;
///
/// fn classify(status: u16, retry_after: Option<Duration>) -> Verdict {
///     match (status, retry_after) {
///         (429 | 503, Some(wait)) => Verdict::transient().with_pushback(wait),
///         (429 | 503, None) => Verdict::transient().overloaded(),
///         (502 | 504, _) => Verdict::transient(),
///         // The server is at fault, but would fail again.
///         (500, _) => Verdict::permanent().against_service(true),
///         _ => Verdict::permanent(),
///     }
/// }
///
/// assert!(classify(502, None).is_retryable());
/// assert!(classify(500, None).is_against_service());
/// assert_eq!(classify(404, None), Verdict::from(false));
/// ```
#[derive(Clone, Copy, Eq)]
pub struct Verdict {
    // The wait in two parts beside the rest takes 16 bytes, an
    // `Option<Duration>` would make it 24.
    secs: u64,
    nanos: u32,
    kind: Kind,
    flags: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Permanent,
    Transient,
    NotSent,
    Refused,
}

/// `secs` and `nanos` are the server's push-back.
const PUSHED_BACK: u8 = 1;
const RETRY_REFUSED: u8 = 1 << 1;
const AGAINST_SERVICE: u8 = 1 << 2;
const OVERLOADED: u8 = 1 << 3;
const SPREAD: u8 = 1 << 4;
const TIMED_OUT: u8 = 1 << 5;
/// Permanent for want of a better word: nobody knows the type of the error.
const UNKNOWN: u8 = 1 << 6;

impl Verdict {
    /// The same request would fail again: the error comes back at once.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(!Verdict::permanent().is_retryable());
    /// ```
    #[must_use]
    pub const fn permanent() -> Self {
        Self::new(Kind::Permanent, 0)
    }

    /// Another attempt may succeed. Whether this one was executed is unknown.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(Verdict::transient().is_retryable());
    /// assert!(!Verdict::transient().is_unexecuted());
    /// ```
    #[must_use]
    pub const fn transient() -> Self {
        Self::new(Kind::Transient, AGAINST_SERVICE)
    }

    /// The request was not sent, a refused connection for instance: it cannot
    /// have been executed.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(Verdict::not_sent().is_unexecuted());
    /// ```
    #[must_use]
    pub const fn not_sent() -> Self {
        Self::new(Kind::NotSent, AGAINST_SERVICE)
    }

    /// The server says that it did not execute the request, as HTTP/2's
    /// `REFUSED_STREAM` does.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(Verdict::refused().is_unexecuted());
    /// ```
    #[must_use]
    pub const fn refused() -> Self {
        Self::new(Kind::Refused, AGAINST_SERVICE)
    }

    /// The server's push-back: the next attempt starts after `wait`, in place of
    /// the backoff's delay and without jitter; the backoff then starts over
    /// (as in gRPC A6).
    ///
    /// A wait above [`longest_pushback`](crate::Policy::longest_pushback), or one
    /// that the deadline does not leave time for, ends the retries at once.
    ///
    /// A server that pushes back has too much to do, so that this implies
    /// [`overloaded`](Verdict::overloaded). It makes nothing retryable: on
    /// [`permanent`](Verdict::permanent) nobody waits. Where the server has refused
    /// all retries, [`with_no_retry`](Verdict::with_no_retry), no wait takes that back.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// # use std::time::Duration;
    /// let verdict = Verdict::transient().with_pushback(Duration::from_secs(2));
    /// assert_eq!(verdict.pushback(), Some(Duration::from_secs(2)));
    /// assert!(verdict.is_overloaded());
    /// ```
    #[must_use]
    pub const fn with_pushback(self, wait: Duration) -> Self {
        if self.has(RETRY_REFUSED) {
            return self;
        }
        Self {
            secs: wait.as_secs(),
            nanos: wait.subsec_nanos(),
            ..self.with(PUSHED_BACK | OVERLOADED | AGAINST_SERVICE)
        }
    }

    /// The server says "do not retry", as gRPC's servers do by a negative
    /// push-back (A6): there is no further attempt, and the call ends as
    /// [`Ended::Pushback`](crate::Ended::Pushback).
    ///
    /// It implies [`overloaded`](Verdict::overloaded), as every push-back does.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// let verdict = Verdict::transient().with_no_retry();
    /// assert!(!verdict.is_retryable());
    /// assert!(verdict.is_retry_refused());
    /// assert!(verdict.is_against_service());
    /// ```
    #[must_use]
    pub const fn with_no_retry(self) -> Self {
        Self {
            secs: 0,
            nanos: 0,
            ..self
                .without(PUSHED_BACK)
                .with(RETRY_REFUSED | OVERLOADED | AGAINST_SERVICE)
        }
    }

    /// Whether the failure speaks against the service: whether a circuit breaker
    /// counts it as a failure. The last word counts, so that it stands after
    /// [`overloaded`](Verdict::overloaded) and push-backs, which imply `true`.
    ///
    /// ```
    /// use retry_runtime::{Verdict, gate::GateOutcome};
    ///
    /// // The server failed, and would again: no retry, but the breaker hears of it.
    /// let internal = Verdict::permanent().against_service(true);
    /// assert_eq!(GateOutcome::of(internal), GateOutcome::Failure(internal));
    ///
    /// // Somebody else was faster: worth a retry, and nobody's fault.
    /// let conflict = Verdict::transient().against_service(false);
    /// assert_eq!(GateOutcome::of(conflict), GateOutcome::Success);
    /// ```
    #[must_use]
    pub const fn against_service(self, against: bool) -> Self {
        if against {
            self.with(AGAINST_SERVICE)
        } else {
            self.without(AGAINST_SERVICE)
        }
    }

    /// The service has too much to do: a retry that succeeds after this earns the
    /// budget nothing extra. It says nothing of whether the request was executed.
    /// It implies [`against_service(true)`](Verdict::against_service).
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// let verdict = Verdict::permanent().overloaded();
    /// assert!(verdict.is_overloaded() && verdict.is_against_service());
    /// assert!(!verdict.is_retryable() && !verdict.is_unexecuted());
    /// ```
    #[must_use]
    pub const fn overloaded(self) -> Self {
        self.with(OVERLOADED | AGAINST_SERVICE)
    }

    /// There was no answer in time. A retry that succeeds after this earns the budget
    /// more than after an error: an overload goes on timing out, so that time-outs which
    /// retries mend are those of a few nodes that hang. An attempt that `timeout` has cut
    /// is one by itself.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// let verdict = Verdict::transient().timed_out();
    /// assert!(verdict.is_timed_out());
    /// assert!(verdict.is_retryable() && !verdict.is_overloaded());
    /// ```
    #[must_use]
    pub const fn timed_out(self) -> Self {
        self.with(TIMED_OUT)
    }

    /// The push-back is spread upwards: each client waits up to a quarter longer,
    /// so that those who were told the same time do not return in one instant. It
    /// changes nothing without a push-back. An HTTP `Retry-After` is spread so;
    /// gRPC's push-back is not, since A6 asks for exactly that wait.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// # use std::time::Duration;
    /// let verdict = Verdict::transient().with_pushback(Duration::from_secs(2)).with_spread();
    /// assert!(verdict.spreads());
    /// assert_eq!(verdict.pushback(), Some(Duration::from_secs(2)));
    /// ```
    #[must_use]
    pub const fn with_spread(self) -> Self {
        self.with(SPREAD)
    }

    /// Whether another attempt makes sense, and the server has not refused it.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(Verdict::refused().is_retryable());
    /// assert!(!Verdict::transient().with_no_retry().is_retryable());
    /// ```
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        !self.is_permanent() && !self.has(RETRY_REFUSED)
    }

    /// Whether the failure proves that the request was not executed: one of
    /// [`not_sent`](Verdict::not_sent) and [`refused`](Verdict::refused).
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(!Verdict::permanent().is_unexecuted());
    /// ```
    #[must_use]
    pub const fn is_unexecuted(&self) -> bool {
        matches!(self.kind, Kind::NotSent | Kind::Refused)
    }

    /// The server's push-back, if it gave one that is a wait.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert_eq!(Verdict::transient().pushback(), None);
    /// ```
    #[inline]
    #[must_use]
    pub const fn pushback(&self) -> Option<Duration> {
        if self.has(PUSHED_BACK) {
            Some(Duration::new(self.secs, self.nanos))
        } else {
            None
        }
    }

    /// Whether the server said "do not retry": [`with_no_retry`](Verdict::with_no_retry).
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(!Verdict::permanent().is_retry_refused());
    /// ```
    #[must_use]
    pub const fn is_retry_refused(&self) -> bool {
        self.has(RETRY_REFUSED)
    }

    /// Whether the failure speaks against the service.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(Verdict::not_sent().is_against_service());
    /// assert!(!Verdict::permanent().is_against_service());
    /// ```
    #[must_use]
    pub const fn is_against_service(&self) -> bool {
        self.has(AGAINST_SERVICE)
    }

    /// Whether the service has too much to do.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(!Verdict::transient().is_overloaded());
    /// ```
    #[must_use]
    pub const fn is_overloaded(&self) -> bool {
        self.has(OVERLOADED)
    }

    /// Whether there was no answer in time.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(!Verdict::transient().is_timed_out());
    /// ```
    #[must_use]
    pub const fn is_timed_out(&self) -> bool {
        self.has(TIMED_OUT)
    }

    /// Whether the push-back is spread upwards by up to a quarter.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(!Verdict::transient().spreads());
    /// ```
    #[must_use]
    pub const fn spreads(&self) -> bool {
        self.has(SPREAD)
    }

    /// The verdict on an error of a type that nobody knows: permanent, and no word of its
    /// own. It is equal to [`permanent`](Verdict::permanent); only who asks for it tells
    /// them apart.
    pub(crate) const fn unknown() -> Self {
        Self::new(Kind::Permanent, UNKNOWN)
    }

    /// Whether it is permanent only since nobody knows the type of the error.
    pub(crate) const fn is_unknown(&self) -> bool {
        self.has(UNKNOWN)
    }

    /// Whether the kind is `not_sent`, whatever the server said beside it.
    pub(crate) const fn is_not_sent(&self) -> bool {
        matches!(self.kind, Kind::NotSent)
    }

    /// Whether the kind is `permanent`, whatever the server said beside it.
    pub(crate) const fn is_permanent(&self) -> bool {
        matches!(self.kind, Kind::Permanent)
    }

    /// The same without its proof: what one request is proven not to have done says
    /// nothing of another.
    pub(crate) const fn unproven(self) -> Self {
        let kind = match self.kind {
            Kind::Permanent => Kind::Permanent,
            Kind::Transient | Kind::NotSent | Kind::Refused => Kind::Transient,
        };
        Self { kind, ..self }
    }

    /// The kind in one word, for labels of metrics.
    #[cfg(any(feature = "metrics", feature = "testing"))]
    pub(crate) const fn label(&self) -> &'static str {
        match self.kind {
            Kind::Permanent => "permanent",
            Kind::Transient => "transient",
            Kind::NotSent => "not_sent",
            Kind::Refused => "refused",
        }
    }

    /// The same, but not worth another attempt: what it says of the service stays.
    #[cfg(feature = "tonic")]
    pub(crate) const fn unretried(self) -> Self {
        Self {
            kind: Kind::Permanent,
            ..self
        }
    }

    const fn new(kind: Kind, flags: u8) -> Self {
        Self {
            secs: 0,
            nanos: 0,
            kind,
            flags,
        }
    }

    const fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whoever says more than nothing knows the error.
    const fn with(self, flags: u8) -> Self {
        Self {
            flags: (self.flags | flags) & !UNKNOWN,
            ..self
        }
    }

    const fn without(self, flags: u8) -> Self {
        Self {
            flags: self.flags & !flags,
            ..self
        }
    }
}

/// By all that a verdict says. That nobody knows the error is none of it.
impl PartialEq for Verdict {
    fn eq(&self, other: &Self) -> bool {
        (self.secs, self.nanos, self.kind) == (other.secs, other.nanos, other.kind)
            && (self.flags | UNKNOWN) == (other.flags | UNKNOWN)
    }
}

impl From<bool> for Verdict {
    fn from(transient: bool) -> Self {
        if transient {
            Self::transient()
        } else {
            Self::permanent()
        }
    }
}

/// As logs show it: `transient`, `not sent, after 2s`. What goes without saying is
/// left out.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Permanent => "permanent",
            Kind::Transient => "transient",
            Kind::NotSent => "not sent",
            Kind::Refused => "refused",
        })?;
        if let Some(wait) = self.pushback() {
            write!(f, ", after {wait:?}")?;
            if self.spreads() {
                f.write_str(" or up to a quarter more")?;
            }
        } else if self.is_retry_refused() {
            f.write_str(", do not retry")?;
        } else if self.is_overloaded() {
            f.write_str(", overloaded")?;
        } else if self.is_timed_out() {
            f.write_str(", timed out")?;
        }
        let implied = !self.is_permanent() || self.is_overloaded();
        match (self.is_against_service(), implied) {
            (true, false) => f.write_str(", against the service"),
            (false, true) => f.write_str(", not against the service"),
            _ => Ok(()),
        }
    }
}

/// `Verdict(not sent, after 2s)`
impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verdict({self})")
    }
}

#[cfg(test)]
mod tests;
