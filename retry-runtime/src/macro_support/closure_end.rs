//! `before_retry` and `fallback`: what their closures may end in.

use crate::engine::outcome::{Of, Outcome};
use crate::sealed::Sealed;
use std::future::{IntoFuture, Ready, ready};

/// The value that an inlined closure ended in.
pub struct Inlined<T>(pub T);

impl<F: IntoFuture> Inlined<F> {
    /// The future to wait for.
    #[inline]
    pub fn __settle(self) -> F::IntoFuture {
        self.0.into_future()
    }
}

/// The fallback for what is not a future: it has happened already.
pub trait Settled {
    /// The value.
    type Value;
    /// A future that is ready.
    fn __settle(self) -> Ready<Self::Value>;
}

impl<T> Settled for Inlined<T> {
    type Value = T;
    #[inline]
    fn __settle(self) -> Ready<T> {
        ready(self.0)
    }
}

/// What `before_retry` may end in, or its future: `()`, or `Result<(), E>`, whose error is
/// that of the retry.
///
/// ```
/// use retry_runtime::checks::HookEnd;
/// use retry_runtime::retry;
/// use std::io;
///
/// #[retry(before_retry = |_| reconnect())]
/// async fn get<H: HookEnd<io::Error>>(reconnect: impl Fn() -> H) -> io::Result<u32> {
///     Ok(1)
/// }
/// # let _ = get(|| ());
/// ```
#[diagnostic::on_unimplemented(
    message = "`before_retry` ends in `()` or `Result<(), {E}>`, or in a future of one of them, not in `{Self}`",
    label = "expected `()` or `Result<(), {E}>`"
)]
pub trait HookEnd<E>: Sealed {
    /// The error that stands for the retry's own outcome.
    fn error(self) -> Option<E>;
}

impl Sealed for () {}

impl<E> HookEnd<E> for () {
    fn error(self) -> Option<E> {
        None
    }
}

impl<E> HookEnd<E> for Result<(), E> {
    fn error(self) -> Option<E> {
        self.err()
    }
}

/// What a hook with a `return` of its own has not returned, for its type.
#[inline]
#[must_use]
pub const fn never_ended<O: Outcome>(_: Of<O>) -> Option<Result<(), O::Err>> {
    None
}

/// The error that a hook ended in, if it did.
#[inline]
pub fn hook_error<E, H: HookEnd<E>>(_: Of<E>, ended: H) -> Option<E> {
    ended.error()
}
