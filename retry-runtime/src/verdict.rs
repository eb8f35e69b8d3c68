//! What is to be done about a failure.

use std::fmt;
use std::time::Duration;

/// What a failure says about trying again.
///
/// There are four verdicts. The three retryable ones can carry the server's
/// push-back: [`after`](Verdict::after).
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
/// A `bool` converts: `true` is transient, `false` permanent.
///
/// ```
/// use retry_runtime::Verdict;
/// use std::time::Duration;
///
/// fn classify(status: u16, retry_after: Option<Duration>) -> Verdict {
///     match (status, retry_after) {
///         (429 | 503, Some(wait)) => Verdict::transient().after(wait),
///         (429 | 502..=504, _) => Verdict::transient(),
///         _ => Verdict::permanent(),
///     }
/// }
///
/// assert!(classify(502, None).is_retryable());
/// assert_eq!(classify(404, None), Verdict::from(false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    kind: Kind,
    pushback: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Permanent,
    Transient,
    NotSent,
    Refused,
}

impl Verdict {
    /// The same request would fail again: the error comes back at once.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(!Verdict::permanent().is_retryable());
    /// ```
    #[must_use]
    pub const fn permanent() -> Self {
        Self::new(Kind::Permanent)
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
        Self::new(Kind::Transient)
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
        Self::new(Kind::NotSent)
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
        Self::new(Kind::Refused)
    }

    /// The server's push-back: the next attempt starts after `wait`, in place of
    /// the backoff's delay and without jitter; the backoff then starts over
    /// (as in gRPC A6).
    ///
    /// A wait above [`longest_pushback`](crate::Policy::longest_pushback), or one
    /// that the deadline does not leave time for, ends the retries at once.
    /// On [`permanent`](Verdict::permanent) it has no effect.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// # use std::time::Duration;
    /// let verdict = Verdict::transient().after(Duration::from_secs(2));
    /// assert_eq!(verdict.pushback(), Some(Duration::from_secs(2)));
    /// ```
    #[must_use]
    pub const fn after(self, wait: Duration) -> Self {
        Self {
            kind: self.kind,
            pushback: Some(wait),
        }
    }

    /// Whether another attempt makes sense at all.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert!(Verdict::refused().is_retryable());
    /// ```
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        !matches!(self.kind, Kind::Permanent)
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

    /// The server's push-back, if it gave one.
    ///
    /// ```
    /// # use retry_runtime::Verdict;
    /// assert_eq!(Verdict::transient().pushback(), None);
    /// ```
    #[must_use]
    pub const fn pushback(&self) -> Option<Duration> {
        self.pushback
    }

    /// The same without its proof: what it says of some other request says nothing
    /// of this one.
    #[cfg(feature = "reqwest")]
    pub(crate) const fn unproven(self) -> Self {
        let kind = match self.kind {
            Kind::Permanent => Kind::Permanent,
            Kind::Transient | Kind::NotSent | Kind::Refused => Kind::Transient,
        };
        Self { kind, ..self }
    }

    const fn new(kind: Kind) -> Self {
        Self {
            kind,
            pushback: None,
        }
    }
}

/// As logs show it: `transient`, `not sent, after 2s`.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Permanent => "permanent",
            Kind::Transient => "transient",
            Kind::NotSent => "not sent",
            Kind::Refused => "refused",
        })?;
        match self.pushback {
            Some(wait) => write!(f, ", after {wait:?}"),
            None => Ok(()),
        }
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
