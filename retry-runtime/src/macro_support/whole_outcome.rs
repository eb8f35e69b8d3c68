//! What an attempt ended in, where that need not be a `Result`: `until` and `on_ok` see
//! the response of a `Result`, and the whole of anything else, which has no error.

use crate::engine::outcome::Of;
use std::convert::Infallible;
use std::marker::PhantomData;

/// The outcome of an attempt.
pub struct Whole<'a, O>(pub &'a O);

impl<'a, T, E> Whole<'a, Result<T, E>> {
    /// The error of a failed attempt.
    #[inline]
    #[must_use]
    pub fn __error(&self) -> Option<&'a E> {
        self.0.as_ref().err()
    }

    /// The response that predicates are asked about.
    #[inline]
    #[must_use]
    pub fn __response(&self) -> Option<&'a T> {
        self.0.as_ref().ok()
    }
}

/// The fallback for what is no `Result`.
pub trait NoResult<'a> {
    /// All of it.
    type Response;

    /// There is none.
    #[inline]
    fn __error(&self) -> Option<&'a Infallible> {
        None
    }

    /// The value that predicates are asked about.
    fn __response(&self) -> Option<&'a Self::Response>;
}

impl<'a, O> NoResult<'a> for Whole<'a, O> {
    type Response = O;

    #[inline]
    fn __response(&self) -> Option<&'a O> {
        Some(self.0)
    }
}

/// An outcome's type as a value.
pub struct WholeOf<O>(Of<O>);

/// An outcome's type as a value.
#[inline]
#[must_use]
pub const fn whole_of<O>(_: Of<O>) -> WholeOf<O> {
    WholeOf(PhantomData)
}

impl<T, E> WholeOf<Result<T, E>> {
    /// The type of its error.
    #[inline]
    #[must_use]
    pub const fn __error(self) -> Of<E> {
        PhantomData
    }

    /// A failure.
    #[inline]
    pub const fn __failed(self, error: E) -> Result<T, E> {
        Err(error)
    }

    /// The error of a failed attempt, by value.
    #[inline]
    pub fn __into_error(self, outcome: Result<T, E>) -> Option<E> {
        outcome.err()
    }
}

/// The fallback for what is no `Result`.
pub trait NoResultOf {
    /// The type itself.
    type Outcome;

    /// It has none.
    #[inline]
    fn __error(self) -> Of<Infallible>
    where
        Self: Sized,
    {
        PhantomData
    }

    /// There is none.
    #[inline]
    fn __into_error(self, _: Self::Outcome) -> Option<Infallible>
    where
        Self: Sized,
    {
        None
    }

    /// It cannot be one.
    #[inline]
    fn __failed(self, error: Infallible) -> Self::Outcome
    where
        Self: Sized,
    {
        match error {}
    }
}

impl<O> NoResultOf for WholeOf<O> {
    type Outcome = O;
}
