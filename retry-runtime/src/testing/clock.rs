//! The clock of a test: the real one, moved forward where the test says so, or one that
//! stands still and goes on where nothing is left to do but to wait for it.

use super::scope;
use super::world::{TestWorld, locked};
use crate::time::clock::Instant;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// A clock.
#[derive(Default)]
pub(super) struct Clock(Mutex<ClockState>);

#[derive(Default)]
struct ClockState {
    /// Where it stands still: when that began.
    still: Option<Instant>,
    /// How far it was moved forward.
    ahead: Duration,
    /// Who waits for it, where it stands still.
    waiting: Vec<Waiting>,
    /// How many waits have begun or ended, and how often it was moved.
    changes: u64,
}

struct Waiting {
    number: u64,
    until: Instant,
    waker: Waker,
}

impl ClockState {
    fn now(&self, real: impl FnOnce() -> Instant) -> Instant {
        let base = self.still.unwrap_or_else(real);
        base.checked_add(self.ahead).unwrap_or(base)
    }
}

impl Clock {
    /// One that stands still from now on.
    pub(super) fn still() -> Self {
        // Inside another world it goes on from the time there.
        let state = ClockState {
            still: Some(crate::time::clock::now()),
            ..ClockState::default()
        };
        Self(Mutex::new(state))
    }

    pub(super) fn now(&self, real: impl FnOnce() -> Instant) -> Instant {
        locked(&self.0).now(real)
    }

    fn is_still(&self) -> bool {
        locked(&self.0).still.is_some()
    }

    /// Moves it forward, and wakes who has waited long enough.
    fn advance(&self, by: Duration) {
        let mut state = locked(&self.0);
        state.ahead = state.ahead.saturating_add(by);
        state.changes += 1;
        let now = state.now(crate::time::clock::real);
        let due = state.waiting.iter().filter(|waiting| waiting.until <= now);
        let due: Vec<_> = due.map(|waiting| waiting.waker.clone()).collect();
        drop(state);
        due.into_iter().for_each(Waker::wake);
    }

    /// A task has nothing left to do but to wait. Where it has been so for a while, and no
    /// wait has begun or ended meanwhile, the clock goes on to the time that is waited for
    /// first. Returns whether the task is to come back for that.
    pub(super) fn go_on(&self, quiet: &mut Quiet) -> bool {
        let state = locked(&self.0);
        let Some(still) = state.still.filter(|_| !state.waiting.is_empty()) else {
            return false;
        };
        if quiet.changes != state.changes {
            *quiet = Quiet {
                changes: state.changes,
                rounds: 0,
            };
            return true;
        }
        if quiet.rounds < PATIENCE {
            quiet.rounds += 1;
            return true;
        }
        let now = state.now(|| still);
        // Who is due by now is a part of a future that nobody polls any more.
        let times = state.waiting.iter().map(|waiting| waiting.until);
        let first = times.filter(|until| *until > now).min();
        drop(state);
        if let Some(first) = first {
            self.advance(first.saturating_duration_since(now));
        }
        first.is_some()
    }
}

/// How often a task finds nothing to do, one time after the other, before the clock goes on.
/// In between, the other tasks of its thread do what they can: tokio polls up to 61 times
/// what it has spawned before it comes back to what it blocks on.
const PATIENCE: u8 = 200;

/// For how long a task has found nothing to do.
#[derive(Default)]
pub(super) struct Quiet {
    changes: u64,
    rounds: u8,
}

/// A wait on a clock that stands still.
#[cfg_attr(
    not(feature = "tokio"),
    allow(unreachable_pub, reason = "retry-tower names it, which needs tokio")
)]
pub struct StillSleep {
    world: Arc<TestWorld>,
    /// `None` for a time so far away that the clock cannot express it.
    until: Option<Instant>,
    number: Option<u64>,
}

impl StillSleep {
    /// Where the code is in a world whose clock stands still.
    pub(crate) fn new(wait: Duration) -> Option<Self> {
        let world = scope::world().filter(|world| world.clock.is_still())?;
        Some(Self {
            until: crate::time::clock::now().checked_add(wait),
            world,
            number: None,
        })
    }
}

impl ClockState {
    fn of(&self, number: u64) -> Option<usize> {
        let mut waiting = self.waiting.iter();
        waiting.position(|waiting| waiting.number == number)
    }
}

impl Future for StillSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some(until) = this.until else {
            return Poll::Pending;
        };
        let mut state = locked(&this.world.clock.0);
        if state.now(|| until) >= until {
            return Poll::Ready(());
        }
        let mut waker = cx.waker().clone();
        if let Some(at) = this.number.and_then(|number| state.of(number)) {
            std::mem::swap(&mut state.waiting[at].waker, &mut waker);
        } else {
            state.changes += 1;
            let number = state.changes;
            this.number = Some(number);
            state.waiting.push(Waiting {
                number,
                until,
                waker: waker.clone(),
            });
        }
        drop(state);
        // Outside the lock: the one before may be the last that holds a task.
        drop(waker);
        Poll::Pending
    }
}

impl Drop for StillSleep {
    fn drop(&mut self) {
        let Some(number) = self.number else {
            return;
        };
        let mut state = locked(&self.world.clock.0);
        let left = state.of(number).map(|at| state.waiting.swap_remove(at));
        state.changes += 1;
        drop(state);
        // Outside the lock: a waker may be the last that holds a task, with its waits.
        drop(left);
    }
}

impl std::fmt::Debug for StillSleep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StillSleep").finish_non_exhaustive()
    }
}

/// Moves the clock of budgets and deadlines forward, for the code in the same
/// [`isolated`](super::isolated) or [`paused`](super::paused).
///
/// In `paused` whoever waits for that time goes on. In `isolated` the clock is the real one,
/// or tokio's: a timer that runs there takes as long as before, and under tokio's paused
/// clock `tokio::time::advance` moves both.
///
/// # Panics
///
/// Outside of both: there is no clock that a test may move.
///
/// ```
/// use retry_runtime::testing::{advance, isolated_blocking};
/// use retry_runtime::Budget;
/// use std::time::Duration;
///
/// isolated_blocking(|| {
///     let budget = Budget::standard().reserve(2).per_second(1);
///     assert!(budget.try_retry(1) && budget.try_retry(1));
///     let left = budget.level();
///     advance(Duration::from_secs(1));
///     assert!(budget.level() > left);
/// });
/// ```
#[track_caller]
pub fn advance(by: Duration) {
    let Some(world) = scope::world() else {
        panic!(
            "only a test's own clock can be moved: put this into `testing::isolated` or `testing::paused`"
        );
    };
    world.clock.advance(by);
}

/// Waits so long, for the services and the timers that a test plays: on the clock of
/// [`paused`](super::paused) where that is around it, else on the timer of the feature
/// `tokio` or `smol`.
///
/// # Panics
///
/// Without these features, outside of `paused`: there is no timer.
///
/// ```
/// use retry_runtime::testing::{paused, sleep};
/// use retry_runtime::retry;
/// use std::{io, time::Duration};
///
/// #[retry(timeout = 1s)]
/// async fn get() -> io::Result<u32> {
///     sleep(Duration::from_secs(2)).await;
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // Four attempts of a second each, and the waits between them, in no time.
/// let outcome = paused(get()).await;
/// assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
/// # }
/// ```
pub async fn sleep(wait: Duration) {
    if let Some(still) = StillSleep::new(wait) {
        return still.await;
    }
    #[cfg(any(feature = "tokio", feature = "smol"))]
    crate::time::timer::sleep(wait).await;
    #[cfg(not(any(feature = "tokio", feature = "smol")))]
    panic!(
        "there is no timer: put this into `testing::paused`, or turn on the feature `tokio` or `smol`"
    );
}

/// What a sync fn waits with.
pub fn sleep_sync(wait: Duration) {
    match scope::world().filter(|world| world.clock.is_still()) {
        Some(world) => world.clock.advance(wait),
        None => std::thread::sleep(wait),
    }
}
