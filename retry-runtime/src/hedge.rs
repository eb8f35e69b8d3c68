//! Hedging: a further attempt beside one that is slow ("The Tail at Scale",
//! 2013), and retries beside both (Kitex's mixed retry).
//!
//! - No answer within the hedging delay after the start of the newest attempt
//!   starts another one. The timer starts anew with every attempt, and stops
//!   where a retry is waited for: that retry is the next attempt then, and its
//!   backoff, or the server's push-back, is not undercut.
//! - The first success wins; all else is dropped before it is handed back.
//! - An error never beats a pending attempt. Once nothing is pending and
//!   nothing is to start, the last error is the call's.
//! - A failed attempt is followed by the next one after its backoff, on the
//!   state machine of all calls. What ends its retries ends the hedging too;
//!   retries that others wait for go on.
//! - A permanent error, a push-back that is too long and a rejection say that
//!   no further attempt makes sense: nothing starts any more. What is pending
//!   may still succeed; where it does not, a permanent error is the call's
//!   even if a transient one came after it, so that nobody further out
//!   repeats what was judged already.
//! - A push-back holds for the whole call: no retry undercuts it.
//! - The deadline ends the call, whatever is pending.
//! - A hedge counts as a retry: towards `max`, in the budget, and for the
//!   layers inside, which the attempts tell by a [`Layer`](crate::engine::chain_stop::Layer)
//!   of their own. While a layer further out is on a retry there is none.
//! - Log and metric are told of each retry and hedge, and once of the end.
//!
//! The attempts live in the call's own future: nothing is allocated.

pub(crate) mod adaptive_delay;
mod attempt;
mod delay_arg;
pub(crate) mod histogram;
mod plan;
mod race;
mod slots;

pub use attempt::{Begun, Started, Tried};
pub use delay_arg::{Hedge, HedgeAfter, hedge_after};
pub use plan::Plan;
pub use slots::Hedges;

use crate::ended::Ended;
use crate::engine::call::Call;
use crate::engine::delays::Delays;
use crate::engine::retry_token::Paid;
use crate::observe::Shown;
use crate::time::clock::{self, Instant};
use pin_project_lite::pin_project;
use race::Race;
use slots::{Lane, Lanes, Room};
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// As many lanes as there are attempts side by side.
type LanesOf<'a, const N: usize, F, S> = <Hedges<N> as Room>::Of<Lane<'a, F, S>>;

/// Runs attempts until one succeeds, or until none is left: the outcome, and
/// why retries ended where it is a failure.
pub fn hedged<'a, const N: usize, D, T, A, W, R, F, S>(
    _: Hedges<N>,
    plan: Plan<'a, D>,
    sleep: T,
    attempt: A,
    show: W,
) -> Hedged<'a, D, T, A, W, R, LanesOf<'a, N, F, S>>
where
    Hedges<N>: Room,
    T: Fn(Duration) -> S,
    A: Fn(Started<'a>) -> F,
    W: Fn(&R) -> Shown<'_>,
    F: Future<Output = Tried<R>>,
{
    Hedged {
        core: Core {
            plan,
            sleep,
            attempt,
            show,
            call: Call::new(),
            started: 0,
            width: 1,
            begun: None,
            timer_due: false,
            fresh: false,
            failed: 0,
            hold: None,
            closed: None,
            permanent: None,
        },
        lanes: Default::default(),
    }
}

pin_project! {
    /// A hedged call.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Hedged<'a, D, T, A, W, R, L> {
        core: Core<'a, D, T, A, W, R>,
        #[pin]
        lanes: L,
    }
}

/// All that is not pinned.
struct Core<'a, D, T, A, W, R> {
    plan: Plan<'a, D>,
    sleep: T,
    attempt: A,
    /// How the log shows an error.
    show: W,
    call: Call,
    /// How many attempts have started: the number of the newest one.
    started: u32,
    /// How many lanes are in use; the next one is where a hedge is waited for.
    width: usize,
    /// When the first attempt started, where somebody wants to know.
    begun: Option<Instant>,
    /// The hedging timer of the newest attempt is to be set: not before the
    /// attempt was polled, since one that is ready at once needs none.
    timer_due: bool,
    /// Something has started that was not polled yet.
    fresh: bool,
    /// Where an attempt has failed: a bit for each lane. What comes after it there
    /// is a retry.
    failed: u16,
    /// The server's push-back: no retry before that.
    hold: Option<Instant>,
    /// Why nothing is decided to start any more.
    closed: Option<Ended>,
    /// The outcome with a permanent error, while others are pending.
    permanent: Option<R>,
}

/// How the call ended.
type Ending<R> = (R, Option<Ended>);

impl<'a, D, T, A, W, R, F, S, L> Future for Hedged<'a, D, T, A, W, R, L>
where
    D: Delays,
    T: Fn(Duration) -> S,
    A: Fn(Started<'a>) -> F,
    W: Fn(&R) -> Shown<'_>,
    F: Future<Output = Tried<R>>,
    S: Future,
    L: Lanes<Lane<'a, F, S>>,
{
    type Output = Ending<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Ending<R>> {
        let this = self.project();
        let mut race = Race {
            core: this.core,
            lanes: this.lanes,
        };
        if race.core.started == 0 {
            race.core.begun = race.core.plan.hedge.follows.map(|_| clock::now());
            race.start(0, Paid::by(None));
        }
        loop {
            if let ControlFlow::Break(ending) = race.poll_attempts(cx) {
                // The losers, before the winner is handed back.
                race.clear(|_| true);
                return Poll::Ready(ending);
            }
            race.poll_retries(cx);
            race.poll_hedge(cx);
            if !std::mem::take(&mut race.core.fresh) {
                return Poll::Pending;
            }
        }
    }
}
