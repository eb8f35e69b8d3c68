//! Hedging: a further attempt beside one that is slow ("The Tail at Scale",
//! 2013), and retries beside both (Kitex's mixed retry).
//!
//! - No answer within the hedging delay after the start of the newest attempt
//!   starts another one. The timer starts anew with every attempt, and stops
//!   where a retry is waited for: that retry is the next attempt then, and its
//!   backoff, or the server's push-back, is not undercut.
//! - The first success wins; all else is dropped before it is handed back.
//! - A failure that is worth another try never beats a pending attempt. Once
//!   nothing is pending and nothing is to start, the last error is the call's.
//! - A permanent error is an answer, and ends the call at once (gRPC A6's fatal
//!   status).
//! - A failed attempt is followed by the next one after its backoff, by the
//!   decision of the engine. What ends its retries ends the hedging too;
//!   retries that others wait for go on.
//! - A push-back that is too long or that forbids retries, a probe and a rejection
//!   say that no further attempt is wanted: nothing starts any more, and retries
//!   that were waited for neither. What is pending may still succeed.
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
pub(crate) mod delay_arg;
mod failure_handler;
pub(crate) mod histogram;
mod race;
mod slots;
mod terms;

pub use attempt::{Begun, Started, Tried};
pub use delay_arg::{Hedge, hedge_after};
pub use failure_handler::{FailureHandler, Hand, HandleFailures, Keeping, Told, told};
pub use slots::Hedges;
pub use terms::HedgedTerms;

use crate::end::End;
use crate::ended::Ended;
use crate::engine::call::Call;
use crate::engine::decision::Before;
use crate::engine::delays::DelaySource;
use crate::engine::retry_token::RetryToken;
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
type LanesOf<'a, const N: usize, F, S, H> = <Hedges<N> as Room>::Of<Lane<'a, F, S, H>>;

/// A call with room for that many hedges.
type HedgedCall<'a, const N: usize, D, T, A, W, V, F, S> =
    Hedged<'a, D, T, A, W, V, LanesOf<'a, N, F, S, <V as Hand>::Handed>>;

/// Runs attempts until one succeeds, or until none is left: the outcome, and
/// why retries ended where it is a failure.
pub fn hedged<'a, const N: usize, D, T, A, W, V, R, F, S>(
    _: Hedges<N>,
    terms: HedgedTerms<'a, D>,
    sleep: T,
    attempt: A,
    show: W,
    watch: V,
) -> HedgedCall<'a, N, D, T, A, W, V, F, S>
where
    Hedges<N>: Room,
    T: Fn(Duration) -> S,
    A: Fn(Started<'a, V::Handed>) -> F,
    W: Fn(&R) -> Shown<'_>,
    V: Hand,
    F: Future<Output = Tried<R>>,
{
    Hedged {
        core: Core {
            terms,
            sleep,
            attempt,
            show,
            watch,
            call: Call::new(),
            started: 0,
            unmade: 0,
            width: 1,
            begun: None,
            timer_due: false,
            fresh: false,
            failed: false,
            hold: None,
            closed: None,
        },
        lanes: Default::default(),
    }
}

pin_project! {
    /// A hedged call.
    #[must_use = "futures do nothing unless awaited"]
    pub struct Hedged<'a, D, T, A, W, V, L> {
        core: Core<'a, D, T, A, W, V>,
        #[pin]
        lanes: L,
    }
}

/// All that is not pinned.
struct Core<'a, D, T, A, W, V> {
    terms: HedgedTerms<'a, D>,
    sleep: T,
    attempt: A,
    /// How the log shows an error.
    show: W,
    /// What else is done with failures.
    watch: V,
    call: Call,
    /// How many attempts have started: the number of the newest one.
    started: u32,
    /// How many of them the breaker did not admit.
    unmade: u32,
    /// How many lanes are in use; the next one is where a hedge is waited for.
    width: usize,
    /// When the first attempt started, where somebody wants to know.
    begun: Option<Instant>,
    /// The hedging timer of the newest attempt is to be set: not before the
    /// attempt was polled, since one that is ready at once needs none.
    timer_due: bool,
    /// Something has started that was not polled yet.
    fresh: bool,
    /// An attempt has failed.
    failed: bool,
    /// The server's push-back: no retry before that.
    hold: Option<Instant>,
    /// Why nothing is decided to start any more.
    closed: Option<Ended>,
}

/// How the call ended.
type CallEnd<R> = (R, Option<End>);

impl<'a, D, T, A, W, V, R, F, S, L> Future for Hedged<'a, D, T, A, W, V, L>
where
    D: DelaySource,
    T: Fn(Duration) -> S,
    A: Fn(Started<'a, V::Handed>) -> F,
    W: Fn(&R) -> Shown<'_>,
    V: HandleFailures<R>,
    F: Future<Output = Tried<R>>,
    S: Future,
    L: Lanes<Lane<'a, F, S, V::Handed>>,
{
    type Output = CallEnd<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<CallEnd<R>> {
        let this = self.project();
        let mut race = Race {
            core: this.core,
            lanes: this.lanes,
        };
        if race.core.started == 0 {
            race.core.call.trace.begin(race.core.terms.name());
            race.core.begun = race.core.terms.hedge.follows.map(|_| clock::now());
            race.start(
                0,
                RetryToken::by(None),
                Before::Nothing,
                V::Handed::default(),
            );
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
