//! `mut` arguments: every attempt starts from the arguments of the call.

/// A `mut` argument, for each attempt anew: by the unique borrow that asks no
/// `Sync` of it, or by a shared one where attempts run side by side.
pub struct Fresh<R>(pub R);

impl<T: Copy> Fresh<&mut T> {
    /// The argument as the call gave it.
    #[inline]
    #[must_use]
    pub fn __copy(self) -> T {
        *self.0
    }
}

impl<T: Copy> Fresh<&T> {
    /// The argument as the call gave it.
    #[inline]
    #[must_use]
    pub fn __copy(self) -> T {
        *self.0
    }
}

/// For a `mut` argument that is not `Copy`: never implemented, for its message.
/// It is not a bound on `T` itself, or rustc would advise to add it to a
/// generic function.
#[diagnostic::on_unimplemented(
    message = "a `mut` argument of a retried function has to be `Copy`, and `{T}` is not",
    label = "every attempt starts from the argument of the call, not from what a failed attempt has left",
    note = "drop the `mut` from the signature and begin the body with `let mut .. = ...clone();`"
)]
pub trait StartsAnew<T> {}

/// What an attempt leaves of an argument.
pub struct Changed;

/// The fallback for arguments that are not `Copy`.
pub trait NotCopy {
    /// The argument's type.
    type Argument;
    /// The argument as the call gave it, if there were a way to keep it.
    fn __copy(self) -> Self::Argument
    where
        Changed: StartsAnew<Self::Argument>;
}

impl<T> NotCopy for Fresh<&mut T> {
    type Argument = T;
    fn __copy(self) -> T
    where
        Changed: StartsAnew<T>,
    {
        crate::macro_support::stand_in()
    }
}

impl<T> NotCopy for Fresh<&T> {
    type Argument = T;
    fn __copy(self) -> T
    where
        Changed: StartsAnew<T>,
    {
        crate::macro_support::stand_in()
    }
}
