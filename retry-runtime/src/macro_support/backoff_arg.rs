//! A backoff given as an expression: a `Backoff`, or any iterator of delays.

use crate::engine::delays::{IterDelays, RuleDelays};
use retry_words::Backoff;
use std::iter::Empty;
use std::time::Duration;

/// What was given.
pub struct Given<T>(pub T);

impl Given<Backoff> {
    /// The source of the call's delays.
    #[inline]
    #[must_use]
    pub fn __delays(self) -> RuleDelays {
        RuleDelays(self.0)
    }
}

impl Given<&Backoff> {
    /// The source of the call's delays.
    #[inline]
    #[must_use]
    pub fn __delays(self) -> RuleDelays {
        RuleDelays(*self.0)
    }
}

/// The fallback for all that iterates over delays.
pub trait AnyDelays {
    /// The iterator.
    type Iter;
    /// The source of the call's delays.
    fn __delays(self) -> IterDelays<Self::Iter>;
}

impl<T: IntoIterator<Item = Duration>> AnyDelays for Given<T> {
    type Iter = T::IntoIter;
    #[inline]
    fn __delays(self) -> IterDelays<T::IntoIter> {
        IterDelays(self.0.into_iter())
    }
}

/// For delays of the user's own beside a `max` that nobody wrote: never implemented, for
/// its message.
#[diagnostic::on_unimplemented(
    message = "these delays need a `max` beside them",
    label = "`max` is 3 where it is left out, which may end the retries before these delays do",
    note = "write `max = ..`, how many retries there are at most: the end of the delays ends them, too"
)]
pub trait ReachesEnd<T> {}

/// The `max` that holds where none is written.
pub struct DefaultMax;

/// In place of [`AnyDelays`], where `max` is left out.
pub trait UncountedDelays {
    /// What was given.
    type Given;
    /// No delays.
    fn __delays(self) -> IterDelays<Empty<Duration>>
    where
        DefaultMax: ReachesEnd<Self::Given>;
}

impl<T: IntoIterator<Item = Duration>> UncountedDelays for Given<T> {
    type Given = T;
    fn __delays(self) -> IterDelays<Empty<Duration>>
    where
        DefaultMax: ReachesEnd<T>,
    {
        IterDelays(std::iter::empty())
    }
}

/// For what is neither: never implemented, for its message. It is not a bound
/// on `T` itself, or rustc would advise to add it to a generic function.
#[diagnostic::on_unimplemented(
    message = "`{T}` is not a backoff",
    label = "expected a `Backoff`, or an iterator over `Duration`",
    note = "write one of `none`, `fixed(..)`, `linear(..)`, `exp(..)`, `fib(..)`, `random(..)`, `decorrelated(..)`, or give a `Backoff` or anything that is `IntoIterator<Item = Duration>`"
)]
pub trait Paces<T> {}

/// What waits between attempts.
pub struct Pause;

/// The fallback for what is neither.
pub trait NoDelays {
    /// What was given.
    type Given;
    /// No delays.
    fn __delays(self) -> IterDelays<Empty<Duration>>
    where
        Pause: Paces<Self::Given>;
}

impl<T> NoDelays for &Given<T> {
    type Given = T;
    fn __delays(self) -> IterDelays<Empty<Duration>>
    where
        Pause: Paces<T>,
    {
        IterDelays(std::iter::empty())
    }
}
