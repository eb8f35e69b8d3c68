//! The timer that waits between attempts, and that cuts them: of the features that are
//! on. With both, it is tokio's wherever a tokio runtime is entered, and else async-io's,
//! so that a program on smol does not depend on what its dependencies turn on.

#[cfg(not(all(feature = "tokio", feature = "smol")))]
#[cfg_attr(
    feature = "testing",
    allow(unreachable_pub, reason = "what is public wraps it then")
)]
mod one {
    /// A wait on tokio's timer.
    #[cfg(feature = "tokio")]
    pub(crate) type OwnSleep = tokio::time::Sleep;

    #[cfg(feature = "tokio")]
    pub(crate) use tokio::time::sleep;

    /// A wait on async-io's timer.
    #[cfg(feature = "smol")]
    pub(crate) type OwnSleep = async_io::Timer;

    /// Waits on async-io's timer.
    #[cfg(feature = "smol")]
    #[must_use]
    pub(crate) fn sleep(duration: std::time::Duration) -> OwnSleep {
        async_io::Timer::after(duration)
    }

    /// There is no timer, and nothing waits for this.
    #[cfg(not(any(feature = "tokio", feature = "smol")))]
    pub(crate) type OwnSleep = std::future::Ready<()>;

    /// There is no timer: asking for one is an error that says what to do.
    #[cfg(not(any(feature = "tokio", feature = "smol")))]
    pub fn sleep<D: super::Timer>(_: D) -> OwnSleep {
        std::future::ready(())
    }
}

#[cfg(not(all(feature = "tokio", feature = "smol")))]
use one as runtime;

#[cfg(all(feature = "tokio", feature = "smol"))]
#[cfg_attr(
    feature = "testing",
    allow(unreachable_pub, reason = "what is public wraps it then")
)]
mod two {
    use pin_project_lite::pin_project;
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Duration;

    pin_project! {
        /// A wait on the timer that was there when it began.
        #[project = OwnSleepProj]
        #[derive(Debug)]
        pub enum OwnSleep {
            /// A tokio runtime was entered.
            Tokio {
                #[pin]
                timer: tokio::time::Sleep,
            },
            /// None was.
            AsyncIo {
                #[pin]
                timer: async_io::Timer,
            },
        }
    }

    /// Waits on tokio's timer inside a tokio runtime, and on async-io's elsewhere.
    #[must_use]
    pub(crate) fn sleep(duration: Duration) -> OwnSleep {
        if tokio::runtime::Handle::try_current().is_ok() {
            OwnSleep::Tokio {
                timer: tokio::time::sleep(duration),
            }
        } else {
            OwnSleep::AsyncIo {
                timer: async_io::Timer::after(duration),
            }
        }
    }

    impl Future for OwnSleep {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            match self.project() {
                OwnSleepProj::Tokio { timer } => timer.poll(cx),
                OwnSleepProj::AsyncIo { timer } => timer.poll(cx).map(drop),
            }
        }
    }
}

#[cfg(all(feature = "tokio", feature = "smol"))]
use two as runtime;

#[cfg(not(all(feature = "testing", any(feature = "tokio", feature = "smol"))))]
pub(crate) use runtime::OwnSleep;
#[cfg(not(all(feature = "testing", any(feature = "tokio", feature = "smol"))))]
pub(crate) use runtime::sleep;

/// In a test the clock may stand still.
#[cfg(all(feature = "testing", any(feature = "tokio", feature = "smol")))]
#[allow(
    missing_docs,
    reason = "`pin_project!` takes none on the fields of an enum"
)]
#[cfg_attr(
    not(feature = "tokio"),
    allow(unreachable_pub, reason = "retry-tower names it, which needs tokio")
)]
mod tested {
    use super::runtime;
    use crate::testing::StillSleep;
    use pin_project_lite::pin_project;
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Duration;

    pin_project! {
        /// A wait on the clock that was there when it began.
        #[project = OwnSleepProj]
        #[derive(Debug)]
        pub enum OwnSleep {
            /// That of a runtime.
            Runtime {
                #[pin]
                timer: runtime::OwnSleep,
            },
            /// That of a test, which stands still.
            Still {
                #[pin]
                timer: StillSleep,
            },
        }
    }

    /// Waits on the clock of a test, where that stands still, or on the runtime's timer.
    #[must_use]
    pub fn sleep(duration: Duration) -> OwnSleep {
        match StillSleep::new(duration) {
            Some(timer) => OwnSleep::Still { timer },
            None => OwnSleep::Runtime {
                timer: runtime::sleep(duration),
            },
        }
    }

    impl Future for OwnSleep {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            match self.project() {
                OwnSleepProj::Runtime { timer } => timer.poll(cx).map(drop),
                OwnSleepProj::Still { timer } => timer.poll(cx),
            }
        }
    }
}

#[cfg(all(feature = "testing", any(feature = "tokio", feature = "smol")))]
#[cfg_attr(
    not(feature = "tokio"),
    allow(unreachable_pub, reason = "retry-tower names it, which needs tokio")
)]
pub use tested::{OwnSleep, sleep};

/// The same for the limits of a retried function. The type says itself that it is `Send`, as
/// that of a wait before a retry does, and for the same reason.
#[cfg(any(feature = "tokio", feature = "smol"))]
#[inline]
#[track_caller]
pub fn shallow_sleep(duration: std::time::Duration) -> impl Future + Send + Sync {
    sleep(duration)
}

#[cfg(not(any(feature = "tokio", feature = "smol")))]
pub use runtime::sleep as shallow_sleep;

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
