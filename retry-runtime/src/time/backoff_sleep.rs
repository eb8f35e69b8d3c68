//! The wait before a retry, on the timer of the feature. It is not generic: the
//! functions that wait share its code.

use crate::budget::Budget;
use std::future::Future;
#[cfg(any(feature = "tokio", feature = "smol"))]
use {
    super::timer::OwnSleep,
    crate::engine::retry_token::RetryToken,
    pin_project_lite::pin_project,
    std::pin::Pin,
    std::task::{Context, Poll, ready},
    std::time::Duration,
};

#[cfg(any(feature = "tokio", feature = "smol"))]
pin_project! {
    /// Ends when the time is over. Dropped before, it gives the retry back to
    /// the budget that has paid for it.
    #[project = PauseProj]
    #[derive(Debug)]
    enum BackoffSleep<'b> {
        /// The timer is made in place, by code that is shared: to hand it over
        /// is a hundred bytes to copy, and the code to copy them.
        Asked {
            wait: Duration,
            paid: RetryToken<'b>,
        },
        Waiting {
            #[pin]
            timer: OwnSleep,
            paid: RetryToken<'b>,
        },
    }
}

#[cfg(any(feature = "tokio", feature = "smol"))]
impl<'b> BackoffSleep<'b> {
    #[inline]
    const fn asked(wait: Duration, budget: Option<&'b Budget>) -> Self {
        Self::Asked {
            wait,
            paid: RetryToken::by(budget),
        }
    }
}

/// Waits for a retry that `budget` has paid for. The type says itself that it is `Send`:
/// rustc would else look for it in the timer, some fifteen types deep, each of which counts
/// against the recursion limit of retried functions that call one another.
#[cfg(any(feature = "tokio", feature = "smol"))]
#[inline]
pub const fn pause_paid_by(
    wait: Duration,
    budget: Option<&Budget>,
) -> impl Future<Output = ()> + Send + Sync {
    BackoffSleep::asked(wait, budget)
}

/// The same where the budget is a static, if there is one: without a lifetime there is less for
/// rustc to look at, a fiftieth of the check of a small method.
#[cfg(any(feature = "tokio", feature = "smol"))]
#[inline]
pub const fn pause(
    wait: Duration,
    budget: Option<&'static Budget>,
) -> impl Future<Output = ()> + Send + Sync + use<> {
    BackoffSleep::asked(wait, budget)
}

#[cfg(any(feature = "tokio", feature = "smol"))]
impl Future for BackoffSleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let PauseProj::Asked { wait, paid } = self.as_mut().project() {
            if wait.is_zero() {
                paid.spend();
                return Poll::Ready(());
            }
            let waiting = BackoffSleep::Waiting {
                timer: crate::time::timer::sleep(*wait),
                paid: paid.take(),
            };
            self.set(waiting);
        }
        if let PauseProj::Waiting { timer, paid } = self.project() {
            ready!(timer.poll(cx));
            paid.spend();
        }
        Poll::Ready(())
    }
}

/// Nothing waits: asking for it is an error that says what to do.
#[cfg(not(any(feature = "tokio", feature = "smol")))]
pub fn pause<D: crate::time::timer::Timer>(wait: D, _: Option<&Budget>) -> impl Future {
    crate::time::timer::sleep(wait)
}
#[cfg(not(any(feature = "tokio", feature = "smol")))]
pub use self::pause as pause_paid_by;

#[cfg(all(test, any(feature = "tokio", feature = "smol")))]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::Waker;

    /// Where no timer runs: a server may ask for no wait, whatever the backoff is.
    #[test]
    fn no_wait_needs_no_timer_and_the_retry_stays_paid_for() {
        let budget = Budget::standard();
        assert!(budget.try_retry(3));
        let level = budget.level();
        {
            let paused = pin!(pause_paid_by(Duration::ZERO, Some(&budget)));
            let cx = &mut Context::from_waker(Waker::noop());
            assert_eq!(paused.poll(cx), Poll::Ready(()));
        }
        assert!((budget.level() - level).abs() < 0.5, "nothing came back");
    }
}
