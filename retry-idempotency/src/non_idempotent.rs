//! The future of a call that must not run twice.

use crate::attempt_scope::{Assumed, executed};
use pin_project_lite::pin_project;
use std::any::type_name;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// The future of a call that must not run twice: what a function marked
    /// `#[non_idempotent]` returns.
    ///
    /// It is awaited as the future inside it is, and is as large. What it adds is
    /// its type: a retried function that awaits one does not compile. Where the type
    /// is lost on the way, its poll notices that it is part of an attempt: that costs
    /// one read of a thread-local, see [`attempt_scope`](crate::attempt_scope).
    ///
    /// ```
    /// use retry_idempotency::{NonIdempotent, non_idempotent};
    ///
    /// #[non_idempotent]
    /// async fn charge(cents: u64) -> Result<u64, std::io::Error> {
    ///     Ok(cents)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let future: NonIdempotent<_> = charge(100);
    /// assert_eq!(future.await.unwrap(), 100);
    /// # }
    /// ```
    ///
    /// ```compile_fail
    /// # use retry_idempotency::non_idempotent;
    /// # use retry_runtime::retry;
    /// # #[non_idempotent]
    /// # async fn charge(cents: u64) -> Result<u64, std::io::Error> { Ok(cents) }
    /// #[retry]
    /// async fn buy() -> Result<u64, std::io::Error> {
    ///     charge(100).await // error: a failed attempt may have been executed
    /// }
    /// ```
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct NonIdempotent<F: ?Sized> {
        #[pin]
        future: F,
    }
}

impl<F> NonIdempotent<F> {
    /// Marks a future, one that a client without attributes made for instance.
    ///
    /// ```
    /// use retry_idempotency::NonIdempotent;
    ///
    /// fn charge(cents: u64) -> NonIdempotent<impl Future<Output = u64>> {
    ///     NonIdempotent::new(async move { cents })
    /// }
    /// # let _ = charge(1);
    /// ```
    pub const fn new(future: F) -> Self {
        Self { future }
    }

    /// The future without the mark: the one way past the check.
    ///
    /// It is right where *this* call may run twice although others of its kind
    /// may not: the server recognises the repetition by a key that all
    /// attempts share, or a guard around the call lets it run only once. It is
    /// wrong where a second execution is merely unlikely. Say in a comment
    /// which of the two it is; the name is easy to search for.
    ///
    /// ```
    /// use retry_idempotency::non_idempotent;
    /// use retry_runtime::retry;
    ///
    /// #[non_idempotent]
    /// async fn charge(order: &str) -> Result<u64, std::io::Error> {
    ///     Ok(order.len() as u64)
    /// }
    ///
    /// #[retry]
    /// async fn charge_once(order: &str) -> Result<u64, std::io::Error> {
    ///     // The server refuses a second charge of the same order number.
    ///     charge(order).assume_idempotent().await
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() { assert_eq!(charge_once("a1").await.unwrap(), 2); }
    /// ```
    pub fn assume_idempotent(self) -> AssumedIdempotent<F> {
        AssumedIdempotent {
            future: self.future,
        }
    }
}

impl<F: Future + ?Sized> Future for NonIdempotent<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        executed(type_name::<F>());
        self.project().future.poll(cx)
    }
}

pin_project! {
    /// A call without its mark: what [`NonIdempotent::assume_idempotent`] makes. All
    /// that it calls may run twice as well.
    ///
    /// ```
    /// use retry_idempotency::{AssumedIdempotent, NonIdempotent};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let call = NonIdempotent::new(std::future::ready(1));
    /// let assumed: AssumedIdempotent<_> = call.assume_idempotent();
    /// assert_eq!(assumed.await, 1);
    /// # }
    /// ```
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct AssumedIdempotent<F: ?Sized> {
        #[pin]
        future: F,
    }
}

impl<F: Future + ?Sized> Future for AssumedIdempotent<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _assumed = Assumed::enter();
        self.project().future.poll(cx)
    }
}
