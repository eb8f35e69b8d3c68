//! `policy.run(..)`: for a closure what the attribute does for a function.

mod blocking;
mod builder;
pub(crate) mod choices;
mod delays;
mod driver;
mod keep_errors;
mod lending;
mod progress;

pub use blocking::RunBlocking;
pub use delays::Delays;
pub use lending::RunAsync;

use crate::attempt::Attempt;
use crate::checks::MayBeRetried;
use crate::engine::delays::DelaySource;
use crate::macro_support::closure_end::HookEnd;
use crate::observe::subject::Name;
use crate::policy::Policy;
use crate::sealed::Sealed;
use choices::{
    Available, Choices, Classify, Convert, Finish, Judge, Notify, Shape, Sleeper, StartHook,
};
use driver::{Base, Setup};
use keep_errors::KeepErrors;
use pin_project_lite::pin_project;
use progress::{PhaseProj, Progress};
use std::fmt::{self, Debug};
use std::future::Future;
use std::ops::ControlFlow;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A future of a `Result`, as the closure of [`Policy::run`] returns one. Every such future
/// is one of these; a generic function asks for
/// `Future<Output = Result<T, E>>`, which says the same.
///
/// ```
/// use retry_runtime::checks::AttemptFuture;
///
/// fn is_attempt<F: AttemptFuture<Ok = u32>>(_: F) {}
/// is_attempt(async { std::io::Result::Ok(1) });
/// ```
#[diagnostic::on_unimplemented(
    message = "the closure of `Policy::run` returns a future of a `Result`, and this is `{Self}`",
    label = "this is not a future of a `Result`",
    note = "for a closure that returns its `Result` itself, without a future, there is `Policy::run_blocking`",
    note = "for an `async` closure that lends what it captures to its future there is `Policy::run_async`"
)]
pub trait AttemptFuture: Sealed<Attempt> + Future<Output = Result<Self::Ok, Self::Err>> {
    /// The response.
    type Ok;
    /// The error.
    type Err;
}

impl<F: Future<Output = Result<T, E>>, T, E> Sealed<Attempt> for F {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = Result<T, E>>, T, E> AttemptFuture for F {
    type Ok = T;
    type Err = E;
}

impl Policy {
    /// Calls `op` until it succeeds, or until this policy ends its retries:
    /// for a closure what `#[retry]` does for a function.
    ///
    /// What comes back is a builder and the call's future in one: say more
    /// with its methods, then await it. Nothing runs before that. See [`Run`].
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use std::io;
    ///
    /// # async fn fetch(_host: &str) -> io::Result<String> { Ok("pong".into()) }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> io::Result<()> {
    /// let host = String::from("users:4000");
    /// let pong = Policy::DEFAULT.run(|_| fetch(&host)).await?;
    /// assert_eq!(pong, "pong");
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn run<Op, Fut, NonIdempotentCallsAreNotRetried>(&self, op: Op) -> Run<'static, Op, Fut>
    where
        Op: FnMut(Attempt) -> Fut,
        Fut: AttemptFuture,
        Fut: MayBeRetried<NonIdempotentCallsAreNotRetried>, // refused: this must not run twice
    {
        Run {
            setup: Setup {
                base: Base::new(*self, op, Name::line(Location::caller())),
                choices: Choices::DEFAULT,
            },
            state: Progress::new(),
        }
    }
}

pin_project! {
    /// One call under a [`Policy`]: made by [`Policy::run`], completed by the
    /// methods here, and started by `.await`.
    ///
    /// It runs the state machine that `#[retry]` runs, and means the same by
    /// every word:
    ///
    /// - The closure is called once an attempt, with the [`Attempt`]. Its
    ///   future is dropped before the next one is made.
    /// - An error is retried where [`on`](Run::on) says so; without it the error
    ///   classifies itself ([`Transient`](crate::Transient)).
    /// - The policy's `timeout` cuts each attempt, counted anew for every one.
    ///   The [`Elapsed`](crate::Elapsed) becomes an error of the closure's type
    ///   and is classified like any other; without `on` it is transient.
    /// - The policy's `deadline` counts from the first poll. It cuts whatever
    ///   is in flight, and ends the call with `Elapsed` as its error. No retry
    ///   is waited for that could not start in time.
    /// - While a call further out is on a retry, this one makes one attempt.
    /// - Dropping it stops everything at once. A retry that was paid for out of
    ///   a [`budget`](Run::budget) but not started yet is given back.
    ///
    /// | to say | default |
    /// | --- | --- |
    /// | [`on`](Run::on), [`on_attempt`](Run::on_attempt) | `E: Transient` |
    /// | [`on_ok`](Run::on_ok), [`until`](Run::until) | every `Ok` is a success |
    /// | [`elapsed`](Run::elapsed), [`elapsed_with`](Run::elapsed_with), [`untimed`](Run::untimed) | `E: From<Elapsed>` |
    /// | [`before_retry`](Run::before_retry), [`before_retry_with`](Run::before_retry_with) | nothing |
    /// | [`notify`](Run::notify) | nobody |
    /// | [`backoff`](Run::backoff) | the policy's |
    /// | [`budget`](Run::budget) | none: unlike a function, a closure has no static of its own to keep one in |
    /// | [`sleep`](Run::sleep) | tokio's timer, or async-io's |
    /// | [`name`](Run::name), [`target`](Run::target) | the line that calls `run`; nothing |
    ///
    /// It allocates nothing, and reads no clock on success unless the policy
    /// has a timeout or a deadline. A closure that returns a
    /// [non-idempotent](crate::non_idempotent) call does not compile; what it awaits
    /// inside, the compiler does not see, and tests notice: see
    /// [`guide::idempotency`](crate::guide::idempotency).
    ///
    /// An `async` closure serves as well, unless it is `move` or changes what it
    /// captures ("does not implement `FnMut` because it captures state"): for that there
    /// is [`Policy::run_async`]. For closures without a future there is
    /// [`Policy::run_blocking`].
    ///
    /// # What it is called in messages
    ///
    /// `C` is what the methods were told. Its parts have names of their own, which can
    /// neither be written nor implemented: in a message of the compiler `Choices` is the
    /// whole, `By`, `ByWith` and `HookWith` hold a function that was given, `Until` the one
    /// of `until`, `Untimed`, `IterDelays` and `KeptErrors` stand for `untimed`, `backoff` and
    /// the errors that are kept for a method with `_with`, and `ByItself`, `AnyOk`, `ByFrom`,
    /// `NoHook`, `OwnTimer`, `PolicyDelays`, `KeptNothing` and `NobodyTold` are the defaults
    /// of the table above, from `on` to `notify`. The traits in the bounds, `Shape`,
    /// `Classify`, `Judge`, `Convert`, `BeforeRetry`, `Sleeper` and others, are implemented
    /// by these types and nothing else. A function that hands a run on returns
    /// `impl Future<Output = Result<T, E>>`, or the outcome itself.
    ///
    /// ```
    /// use retry_runtime::{Elapsed, Policy};
    /// use std::time::Duration;
    ///
    /// #[derive(Debug)]
    /// enum RpcError { Unavailable, BadRequest, TimedOut }
    ///
    /// impl From<Elapsed> for RpcError {
    ///     fn from(_: Elapsed) -> Self { RpcError::TimedOut }
    /// }
    ///
    /// const READS: Policy = Policy::DEFAULT.with_max(2).with_timeout(Duration::from_secs(1));
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), RpcError> {
    /// let number = READS
    ///     .run(|attempt| async move {
    ///         if attempt.is_retry() { Ok(attempt.number()) } else { Err(RpcError::Unavailable) }
    ///     })
    ///     .on(|error| !matches!(error, RpcError::BadRequest))
    ///     .await?;
    /// assert_eq!(number, 2);
    /// # Ok(()) }
    /// ```
    #[must_use = "a run does nothing until it is awaited"]
    pub struct Run<'b, Op, Fut, C = Choices>
    where
        C: Shape,
    {
        setup: Setup<'b, Op, C>,
        #[pin]
        state: Progress<'b, Fut, C::Hook, C::Sleep>,
    }
}

/// What it was told so far, without the closures.
impl<Op, Fut, C: Shape> Debug for Run<'_, Op, Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("policy", &self.setup.base.policy)
            .field("budget", &self.setup.base.budget)
            .field("name", &self.setup.base.name)
            .finish_non_exhaustive()
    }
}

impl<Op, Fut, T, E, On, OnOk, Late, Hook, Time, Delays, Keep, Told> Future
    for Run<'_, Op, Fut, Choices<On, OnOk, Late, Hook, Time, Delays, Keep, Told>>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    On: Classify<E>,
    OnOk: Judge<T> + Finish<T, E>,
    Late: Convert<E>,
    Hook: StartHook<E>,
    <Hook::Hook as Future>::Output: HookEnd<E>,
    Time: Sleeper + Available,
    Delays: DelaySource,
    Keep: KeepErrors<E>,
    Told: Notify<E>,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (setup, mut state) = (this.setup, this.state.project());
        loop {
            let (phase, alarm) = state.parts();
            let next = match phase.project() {
                PhaseProj::Idle => {
                    setup.begin(&mut state);
                    ControlFlow::Continue(())
                }
                PhaseProj::Attempt { running } => {
                    let ended = match alarm.is_over() {
                        Some(elapsed) => Err(elapsed),
                        None => match running.poll(cx) {
                            Poll::Ready(outcome) => Ok(outcome),
                            Poll::Pending => Err(ready!(alarm.poll_over(cx))),
                        },
                    };
                    state.end();
                    setup.attempted(&mut state, ended)
                }
                PhaseProj::Wait => {
                    ready!(alarm.poll_wait(cx));
                    state.end();
                    setup.prepare(&mut state);
                    ControlFlow::Continue(())
                }
                PhaseProj::Prepare { hook } => {
                    let ended = match hook.poll(cx) {
                        Poll::Ready(ended) => Ok(ended),
                        Poll::Pending => Err(ready!(alarm.poll_over(cx))),
                    };
                    state.end();
                    setup.prepared(&mut state, ended)
                }
                PhaseProj::Over => return Poll::Pending,
            };
            if let ControlFlow::Break(outcome) = next {
                return Poll::Ready(outcome);
            }
        }
    }
}
