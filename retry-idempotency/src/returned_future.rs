//! What a `#[non_idempotent]` function returns that is not written as a future:
//! a future under another name would lose the mark.

use crate::non_idempotent::NonIdempotent;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;

/// The declared type.
pub struct Returned<R: ?Sized>(PhantomData<R>);

impl<R: ?Sized> Returned<R> {
    /// Of the type.
    #[inline]
    #[must_use]
    pub const fn of_type() -> Self {
        Self(PhantomData)
    }
}

/// Futures with a mark of their own: nothing is lost.
#[diagnostic::on_unimplemented(
    message = "`#[non_idempotent]` does not see that this is a future, and its callers would not see the mark",
    label = "this is a future",
    note = "write it as `impl Future<Output = ..>` or `Pin<Box<dyn Future<Output = ..>>>`, or make the function `async`",
    note = "or write `NonIdempotent<..>` around it, and return `NonIdempotent::new(..)`"
)]
pub trait Marked {}

impl<F: ?Sized> Marked for NonIdempotent<F> {}
#[diagnostic::do_not_recommend]
impl<F: Marked + ?Sized> Marked for Box<F> {}
#[diagnostic::do_not_recommend]
impl<P: Marked> Marked for Pin<P> {}

impl<R: IntoFuture> Returned<R> {
    /// A future has to be marked.
    #[inline]
    pub const fn __check(&self)
    where
        R: Marked,
    {
    }
}

/// The way for what is no future.
pub trait NoFuture {
    /// Nothing to check.
    #[inline]
    fn __check(&self) {}
}

impl<R: ?Sized> NoFuture for Returned<R> {}
