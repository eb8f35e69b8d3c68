//! What a retried function returns.

use crate::sealed::Sealed;
use std::marker::PhantomData;

/// A result that says whether an attempt failed: `Result`, under whatever alias.
///
/// ```
/// use retry_runtime::checks::Outcome;
///
/// fn is_result<R: Outcome<Ok = u32>>() {}
/// is_result::<std::io::Result<u32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "a retried function has to be able to fail, but `{Self}` is not a `Result`",
    label = "no failure, so nothing to retry",
    note = "return a `Result`, or drop the attribute; what is no failure is repeated by `until` or `on_ok`, without `timeout`, `deadline`, `breaker` and `fallback`, which end in errors"
)]
pub trait Outcome: Sealed + Sized {
    /// The response.
    type Ok;
    /// The error.
    type Err;

    /// Both sides by reference.
    ///
    /// # Errors
    ///
    /// The error of a failed attempt.
    fn as_result(&self) -> Result<&Self::Ok, &Self::Err>;

    /// A failure.
    fn failure(error: Self::Err) -> Self;

    /// Both sides by value.
    ///
    /// # Errors
    ///
    /// The error of a failed attempt.
    fn into_result(self) -> Result<Self::Ok, Self::Err>;
}

/// A type as a value.
pub type Of<T> = PhantomData<fn() -> T>;

/// A result type as a value. It does not ask for [`Outcome`]: who is given it
/// does.
#[inline]
#[must_use]
pub const fn result<O>() -> Of<O> {
    PhantomData
}

/// An outcome of the type that was witnessed.
#[inline]
pub fn witnessed<O>(_: Of<O>, outcome: O) -> O {
    outcome
}

/// The error of a result type.
#[inline]
#[must_use]
pub const fn error_of<O: Outcome>(_: Of<O>) -> Of<O::Err> {
    PhantomData
}

impl<T, E> Sealed for Result<T, E> {}

impl<T, E> Outcome for Result<T, E> {
    type Ok = T;
    type Err = E;

    #[inline]
    fn as_result(&self) -> Result<&T, &E> {
        self.as_ref()
    }

    #[inline]
    fn failure(error: E) -> Self {
        Err(error)
    }

    #[inline]
    fn into_result(self) -> Self {
        self
    }
}
