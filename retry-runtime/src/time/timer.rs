//! The timer that waits between attempts.

#[cfg(feature = "tokio")]
pub use tokio::time::sleep;

/// Waits on async-io's timer.
#[cfg(all(not(feature = "tokio"), feature = "smol"))]
#[must_use]
pub fn sleep(duration: std::time::Duration) -> async_io::Timer {
    async_io::Timer::after(duration)
}

/// There is no timer: asking for one is an error that says what to do.
#[cfg(not(any(feature = "tokio", feature = "smol")))]
pub fn sleep<D: Timer>(_: D) -> std::future::Ready<()> {
    std::future::ready(())
}

/// A timer that is not there.
#[cfg(not(any(feature = "tokio", feature = "smol")))]
#[diagnostic::on_unimplemented(
    message = "there is no timer to wait with",
    label = "this function waits between attempts",
    note = "enable the feature `tokio` or `smol` of `retry-runtime`, or give the attribute `sleep = path::to::sleep`"
)]
pub trait Timer {}

/// The timer that was asked for.
#[inline]
pub const fn timer<F: Future>(timer: F) -> F {
    timer
}

/// What the function given as `sleep` returns in a sync fn.
#[diagnostic::on_unimplemented(
    message = "the `sleep` of a sync fn blocks until the time is over, and this returns `{Self}`",
    label = "nothing waits for this",
    note = "give a function that blocks and returns `()`, such as `std::thread::sleep`, or make the retried function `async`"
)]
pub trait Blocks {}

impl Blocks for () {}

/// The time is over.
#[inline]
pub fn blocked<T: Blocks>(_: T) {}
