//! A `max` given as an expression, of any unsigned integer type.

/// The number that was given. The method for `u32` is the only one that is not of a
/// trait, so that a literal inside the expression becomes a `u32`.
pub struct Retries<T>(pub T);

impl Retries<u32> {
    /// The number of retries.
    #[inline]
    #[must_use]
    pub const fn __retries(self) -> u32 {
        self.0
    }
}

/// An unsigned integer; what a `u32` cannot hold is no limit.
pub trait Count {
    /// As a `u32`.
    fn saturated(self) -> u32;
}

macro_rules! count {
    ($($ty:ty)*) => {$(
        impl Count for $ty {
            #[inline]
            fn saturated(self) -> u32 {
                u32::try_from(self).unwrap_or(u32::MAX)
            }
        }
    )*};
}

count!(u8 u16 u64 u128 usize);

/// The fallback for the other unsigned integers.
pub trait AnyRetries {
    /// The number of retries.
    fn __retries(self) -> u32;
}

impl<T: Count> AnyRetries for Retries<T> {
    #[inline]
    fn __retries(self) -> u32 {
        self.0.saturated()
    }
}

/// For what is no number of retries: never implemented, for its message. It is not a
/// bound on `T` itself, or rustc would advise to add it to a generic function.
#[diagnostic::on_unimplemented(
    message = "`max` is a number of retries, and `{T}` is not an unsigned integer",
    label = "expected `u32`, `usize` or another unsigned integer"
)]
pub trait Counts<T> {}

/// What bounds retries.
pub struct Max;

/// The fallback for what is no unsigned integer.
pub trait NoRetries {
    /// What was given.
    type Given;
    /// No number.
    fn __retries(self) -> u32
    where
        Max: Counts<Self::Given>;
}

impl<T> NoRetries for &Retries<T> {
    type Given = T;
    fn __retries(self) -> u32
    where
        Max: Counts<T>,
    {
        0
    }
}
