//! What a hedged call does with its failures beside deciding what follows them.

use crate::engine::outcome::Of;
use crate::failure::Retrying;
use std::marker::PhantomData;

/// What a retry is handed of the failure before it.
pub trait Hand {
    /// Nothing, or the error. A hedge has no failure before it.
    type Handed: Default;
}

/// What is done with failures whose outcome is of this type.
pub trait HandleFailures<R>: Hand {
    /// A retry was decided, and is waited for from now on.
    fn retrying(&mut self, outcome: &R, retrying: Retrying);
    /// A failed attempt that is not the end of the call; `by_limit` where a limit has
    /// cut it.
    fn failed(&mut self, outcome: R, by_limit: bool) -> Self::Handed;
}

/// What `notify` does, and what errors are kept for; `()` for neither.
pub struct FailureHandler<N, K>(pub N, pub K);

/// A closure for `notify`.
pub struct Told<F>(F);

/// Takes a closure for `notify`. The bound is there for what the closure borrows: it takes
/// outcomes of one lifetime.
#[must_use]
pub const fn told<R, F: FnMut(&R, Retrying)>(tell: F) -> Told<F> {
    Told(tell)
}

/// A closure that keeps errors, and what it hands to the retry.
pub struct Keeping<F, H>(F, Of<H>);

impl<F, E> Keeping<F, Option<E>> {
    /// The retry is handed the error. The bound is that of [`told`].
    #[must_use]
    pub const fn for_retries<R>(_: Of<E>, keep: F) -> Self
    where
        F: FnMut(R, bool) -> Option<E>,
    {
        Self(keep, PhantomData)
    }
}

impl<F> Keeping<F, ()> {
    /// The retry is handed nothing. The bound is that of [`told`].
    #[must_use]
    pub const fn aside<R>(keep: F) -> Self
    where
        F: FnMut(R, bool),
    {
        Self(keep, PhantomData)
    }
}

/// The part that tells.
pub trait TellsRetry<R> {
    /// A retry was decided.
    fn retrying(&mut self, outcome: &R, retrying: Retrying);
}

impl<R> TellsRetry<R> for () {
    fn retrying(&mut self, _: &R, _: Retrying) {}
}

impl<R, F: FnMut(&R, Retrying)> TellsRetry<R> for Told<F> {
    fn retrying(&mut self, outcome: &R, retrying: Retrying) {
        (self.0)(outcome, retrying);
    }
}

/// The part that keeps.
pub trait Keep<R>: Hand {
    /// An attempt has failed.
    fn failed(&mut self, outcome: R, by_limit: bool) -> Self::Handed;
}

impl Hand for () {
    type Handed = ();
}

impl<R> Keep<R> for () {
    fn failed(&mut self, _: R, _: bool) {}
}

impl<F, H: Default> Hand for Keeping<F, H> {
    type Handed = H;
}

impl<R, H: Default, F: FnMut(R, bool) -> H> Keep<R> for Keeping<F, H> {
    fn failed(&mut self, outcome: R, by_limit: bool) -> H {
        (self.0)(outcome, by_limit)
    }
}

impl<N, K: Hand> Hand for FailureHandler<N, K> {
    type Handed = K::Handed;
}

impl<R, N: TellsRetry<R>, K: Keep<R>> HandleFailures<R> for FailureHandler<N, K> {
    fn retrying(&mut self, outcome: &R, retrying: Retrying) {
        self.0.retrying(outcome, retrying);
    }

    fn failed(&mut self, outcome: R, by_limit: bool) -> K::Handed {
        self.1.failed(outcome, by_limit)
    }
}
