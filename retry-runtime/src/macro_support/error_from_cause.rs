//! How what ended a call becomes an error of the function's own type.

use crate::engine::outcome::{Of, Outcome};
use std::marker::PhantomData;

/// Calls a closure with the expectation that it takes a value.
#[inline]
pub fn convert<T, E>(conversion: impl FnOnce(T) -> E, value: T) -> E {
    conversion(value)
}

/// The same for one that takes the last error before as well.
#[inline]
pub fn convert_last<T, E>(
    conversion: impl FnOnce(T, Option<E>) -> E,
    value: T,
    last: Option<E>,
) -> E {
    conversion(value, last)
}

/// An error made of a cause, `Elapsed` or `Rejected`, where there is a `From`.
pub struct FromCause<E, C>(C, Of<E>);

/// The conversion to the error of a result.
#[must_use]
pub const fn from_cause<O: Outcome, C>(_: Of<O>, cause: C) -> FromCause<O::Err, C> {
    FromCause(cause, PhantomData)
}

impl<E: From<C>, C> FromCause<E, C> {
    /// The error.
    #[must_use]
    pub fn __error(self) -> E {
        self.0.into()
    }
}

/// For an error without `From`: never implemented, for its message. It is not
/// a bound on `E` itself, or rustc would advise to add it to a generic function.
#[diagnostic::on_unimplemented(
    message = "`{C}` cannot become the error `{E}`",
    label = "what ends the call has to become an error of this type",
    note = "implement `From<{C}>` for the error type, or give the attribute a path or closure that makes the error: `elapsed = ..` for time that runs out, `rejected = ..` for an open breaker",
    note = "an error that nobody outside its crate can build needs an error type of your own around it; beside a `policy`, `timeout = none, deadline = none` do without limits"
)]
pub trait Becomes<C, E> {}

/// What ends a call.
pub struct EndCause;

/// The fallback for errors that have no `From`.
pub trait FromCauseMissing<C> {
    /// The error.
    type Error;
    /// The error, if there were a way to make it.
    fn __error(self) -> Self::Error
    where
        EndCause: Becomes<C, Self::Error>;
}

impl<E, C> FromCauseMissing<C> for FromCause<E, C> {
    type Error = E;
    fn __error(self) -> E
    where
        EndCause: Becomes<C, E>,
    {
        crate::macro_support::stand_in()
    }
}
