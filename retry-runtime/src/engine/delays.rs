//! Where the delays between the attempts of a call come from.

use retry_words::Backoff;
use std::time::Duration;

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
pub struct OfRule(pub(crate) Backoff);

/// An iterator as a source.
pub struct OfIter<I>(pub(crate) I);

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
