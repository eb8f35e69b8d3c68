//! A backoff given as an expression: a `Backoff`, or any iterator of delays.

use crate::Backoff;
use std::iter::Empty;
use std::time::Duration;

/// What was given.
pub struct Given<T>(pub T);

/// Where the delays of a call come from.
pub trait Delays {
    /// The backoff, or the iterator to ask for the next delay.
    fn source(&mut self) -> Source<'_>;
}

/// One of the three.
pub enum Source<'a> {
    /// The policy's backoff.
    Policy,
    /// A rule.
    Rule(Backoff),
    /// Delays one by one; the end of them is the end of retries.
    Iter(&'a mut dyn Iterator<Item = Duration>),
}

/// Nothing was given: the policy's backoff is the source.
pub struct OfPolicy;

/// A rule as a source.
pub struct OfRule(Backoff);

/// An iterator as a source.
pub struct OfIter<I>(I);

impl Given<Backoff> {
    /// The source of the call's delays.
    #[inline]
    #[must_use]
    pub fn delays(self) -> OfRule {
        OfRule(self.0)
    }
}

impl Given<&Backoff> {
    /// The source of the call's delays.
    #[inline]
    #[must_use]
    pub fn delays(self) -> OfRule {
        OfRule(*self.0)
    }
}

/// The way for all that iterates over delays.
pub trait AnyDelays {
    /// The iterator.
    type Iter;
    /// The source of the call's delays.
    fn delays(self) -> OfIter<Self::Iter>;
}

impl<T: IntoIterator<Item = Duration>> AnyDelays for Given<T> {
    type Iter = T::IntoIter;
    #[inline]
    fn delays(self) -> OfIter<T::IntoIter> {
        OfIter(self.0.into_iter())
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

/// The way for what is neither.
pub trait NoDelays {
    /// What was given.
    type Given;
    /// No delays.
    fn delays(self) -> OfIter<Empty<Duration>>
    where
        Pause: Paces<Self::Given>;
}

impl<T> NoDelays for &Given<T> {
    type Given = T;
    fn delays(self) -> OfIter<Empty<Duration>>
    where
        Pause: Paces<T>,
    {
        OfIter(std::iter::empty())
    }
}

/// A `timeout` or a `deadline` given as an expression.
#[diagnostic::on_unimplemented(
    message = "a `timeout` or `deadline` is a `Duration` or an `Option<Duration>`, not `{Self}`",
    label = "expected `Duration` or `Option<Duration>`",
    note = "write a literal with its unit, such as `5s`, or an expression such as `Duration::from_secs(..)`"
)]
pub trait GivenLimit {
    /// The limit, or that there is none.
    fn limit(self) -> Option<Duration>;
}

impl GivenLimit for Duration {
    #[inline]
    fn limit(self) -> Option<Duration> {
        Some(self)
    }
}

impl GivenLimit for Option<Duration> {
    #[inline]
    fn limit(self) -> Option<Duration> {
        self
    }
}

/// The limit that was given.
#[inline]
pub fn limit(given: impl GivenLimit) -> Option<Duration> {
    given.limit()
}

impl Delays for OfPolicy {
    fn source(&mut self) -> Source<'_> {
        Source::Policy
    }
}

impl Delays for OfRule {
    fn source(&mut self) -> Source<'_> {
        Source::Rule(self.0)
    }
}

impl<I: Iterator<Item = Duration>> Delays for OfIter<I> {
    fn source(&mut self) -> Source<'_> {
        Source::Iter(&mut self.0)
    }
}
