//! The ways in which a run can be told each thing: the default, or the user's
//! own function.

use super::keep_errors::{KeepErrors, KeptNothing};
use crate::attempt::Attempt;
use crate::elapsed::Elapsed;
use crate::engine::delays::PolicyDelays;
use crate::engine::into_verdict::{IntoVerdict, Judgement, Own};
use crate::failure::Failure;
use crate::sealed::Sealed;
use crate::time::timer::OwnSleep;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::future::{Future, Ready};
use std::marker::PhantomData;
use std::time::Duration;

/// All that a [`Run`](super::Run) was told, in one type. It is written by the methods
/// of the run, and nobody has to name it.
#[derive(Debug)]
pub struct Choices<
    On = ByItself,
    OnOk = AnyOk,
    Late = ByFrom,
    Hook = NoHook,
    Time = OwnTimer,
    Delays = PolicyDelays,
    Keep = KeptNothing,
    Told = NobodyTold,
> {
    pub(super) on: On,
    pub(super) on_ok: OnOk,
    pub(super) late: Late,
    pub(super) hook: Hook,
    pub(super) time: Time,
    pub(super) delays: Delays,
    pub(super) kept: Keep,
    pub(super) told: Told,
}

impl Choices {
    pub(super) const DEFAULT: Self = Self {
        on: ByItself,
        on_ok: AnyOk,
        late: ByFrom,
        hook: NoHook,
        time: OwnTimer,
        delays: PolicyDelays,
        kept: KeptNothing,
        told: NobodyTold,
    };
}

/// What a run's own future holds by its choices.
pub trait Shape {
    /// The future of `before_retry`.
    type Hook: Future;
    /// The wait.
    type Sleep: Future;
}

impl<On, OnOk, Late, Hook: BeforeRetry, Time: Sleeper, Delays, Keep, Told> Shape
    for Choices<On, OnOk, Late, Hook, Time, Delays, Keep, Told>
{
    type Hook = Hook::Hook;
    type Sleep = Time::Sleep;
}

/// A function that was given.
#[derive(Debug)]
pub struct By<F>(pub(super) F);

/// A function that was given, of one thing more.
#[derive(Debug)]
pub struct ByWith<F>(pub(super) F);

/// A function of a failure that makes a future.
#[derive(Debug)]
pub struct HookWith<F, H>(pub(super) F, pub(super) PhantomData<fn() -> H>);

/// Which errors are retried.
pub trait Classify<E> {
    /// What the error says about trying again; `cut` where time ran out.
    fn judge(&mut self, error: &E, attempt: Attempt, cut: Option<Elapsed>) -> Judgement;
}

/// The error classifies itself.
#[derive(Debug)]
pub struct ByItself;

impl<E: SelfClassified> Classify<E> for ByItself {
    fn judge(&mut self, error: &E, _: Attempt, cut: Option<Elapsed>) -> Judgement {
        if cut.is_some() {
            Judgement::of(Verdict::transient().timed_out())
        } else {
            Judgement::on::<E>(error.own_verdict())
        }
    }
}

impl<E, A: IntoVerdict, F: FnMut(&E) -> A> Classify<E> for By<F> {
    fn judge(&mut self, error: &E, _: Attempt, cut: Option<Elapsed>) -> Judgement {
        Judgement::by_predicate((self.0)(error).verdict(), Own::none::<E>(), cut)
    }
}

impl<E, A: IntoVerdict, F: FnMut(&E, Attempt) -> A> Classify<E> for ByWith<F> {
    fn judge(&mut self, error: &E, attempt: Attempt, cut: Option<Elapsed>) -> Judgement {
        Judgement::by_predicate((self.0)(error, attempt).verdict(), Own::none::<E>(), cut)
    }
}

/// [`Transient`], with a message that fits a closure: a generic function asks for
/// `E: Transient`.
///
/// ```
/// use retry_runtime::{Elapsed, Policy, Transient};
///
/// async fn read<E: Transient + From<Elapsed>>(
///     get: impl AsyncFn() -> Result<u32, E>,
/// ) -> Result<u32, E> {
///     Policy::DEFAULT.run(async |_| get().await).await
/// }
/// # let _ = read(async || std::io::Result::Ok(1));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which of its values are transient",
    label = "the error of a retried closure has to be classified",
    note = "say `.on(<path or closure from `&{Self}` to bool>)` before `.await`, or implement `retry_runtime::Transient` for an error type of your own",
    note = "for a type of another crate, turn on the feature of `retry-runtime` that is named after it: `reqwest` is for reqwest 0.13, `tonic` for tonic 0.14, `http` for http 1, `anyhow` for anyhow 1; where there is none, `on`, or an error of your own around it"
)]
pub trait SelfClassified: Sealed<Verdict> {
    /// The error's own word.
    fn own_verdict(&self) -> Verdict;
}

impl<E: Transient> Sealed<Verdict> for E {}

#[diagnostic::do_not_recommend]
impl<E: Transient> SelfClassified for E {
    fn own_verdict(&self) -> Verdict {
        self.verdict()
    }
}

/// What a response is taken for.
#[derive(Debug)]
pub enum Judged {
    /// The call is over.
    Success,
    /// A poll goes on.
    NotYet,
    /// It counts as a failure.
    Failure(Judgement),
}

/// Which responses are retried, or asked for again.
pub trait Judge<T> {
    /// What the response is taken for.
    fn judge(&mut self, response: &T) -> Judged;
}

/// What becomes of the last response, where retries end with one.
pub trait Finish<T, E> {
    /// The call's outcome.
    fn finish(&mut self, response: T) -> Result<T, E>;
}

/// Every `Ok` is a success.
#[derive(Debug)]
pub struct AnyOk;

impl<T> Judge<T> for AnyOk {
    fn judge(&mut self, _: &T) -> Judged {
        Judged::Success
    }
}

impl<T, E> Finish<T, E> for AnyOk {
    fn finish(&mut self, response: T) -> Result<T, E> {
        Ok(response)
    }
}

impl<T, A: IntoVerdict, F: FnMut(&T) -> A> Judge<T> for By<F> {
    fn judge(&mut self, response: &T) -> Judged {
        match Judgement::of_response((self.0)(response).verdict()) {
            Some(judgement) => Judged::Failure(judgement),
            None => Judged::Success,
        }
    }
}

impl<T, E, F> Finish<T, E> for By<F> {
    fn finish(&mut self, response: T) -> Result<T, E> {
        Ok(response)
    }
}

/// A poll: which response it is made for, and what becomes of another one at its end.
#[derive(Debug)]
pub struct Until<F, U = AnyOk>(pub(super) F, pub(super) U);

impl<T, F: FnMut(&T) -> bool, U> Judge<T> for Until<F, U> {
    fn judge(&mut self, response: &T) -> Judged {
        if (self.0)(response) {
            Judged::Success
        } else {
            Judged::NotYet
        }
    }
}

impl<T, E, F> Finish<T, E> for Until<F> {
    fn finish(&mut self, response: T) -> Result<T, E> {
        Ok(response)
    }
}

impl<T, E, F, U: FnMut(T) -> E> Finish<T, E> for Until<F, By<U>> {
    fn finish(&mut self, response: T) -> Result<T, E> {
        Err((self.1.0)(response))
    }
}

/// How time that ran out becomes an error.
pub trait Convert<E> {
    /// Whether it does.
    const TIMED: bool = true;
    /// The error; `None` where no limit applies. `last` is the error before it.
    fn error(&mut self, elapsed: Elapsed, last: impl FnOnce() -> Option<E>) -> Option<E>;
}

/// Through `From<Elapsed>`.
#[derive(Debug)]
pub struct ByFrom;

impl<E: FromLimit> Convert<E> for ByFrom {
    fn error(&mut self, elapsed: Elapsed, _: impl FnOnce() -> Option<E>) -> Option<E> {
        Some(E::from_limit(elapsed))
    }
}

impl<E, F: FnMut(Elapsed) -> E> Convert<E> for By<F> {
    fn error(&mut self, elapsed: Elapsed, _: impl FnOnce() -> Option<E>) -> Option<E> {
        Some((self.0)(elapsed))
    }
}

impl<E, F: FnMut(Elapsed, Option<E>) -> E> Convert<E> for ByWith<F> {
    fn error(&mut self, elapsed: Elapsed, last: impl FnOnce() -> Option<E>) -> Option<E> {
        Some((self.0)(elapsed, last()))
    }
}

/// It need not: the policy's limits are not applied.
#[derive(Debug)]
pub struct Untimed;

impl<E> Convert<E> for Untimed {
    const TIMED: bool = false;

    fn error(&mut self, _: Elapsed, _: impl FnOnce() -> Option<E>) -> Option<E> {
        None
    }
}

/// `From<Elapsed>`, with a message that fits a closure: a generic function asks for
/// `E: From<Elapsed>`, or says what else a time-out becomes.
///
/// ```
/// use retry_runtime::{Policy, Transient};
///
/// async fn read<E: Transient>(get: impl AsyncFn() -> Result<u32, E>) -> Result<u32, E> {
///     Policy::DEFAULT.run(async |_| get().await).untimed().await
/// }
/// # let _ = read(async || std::io::Result::Ok(1));
/// ```
#[diagnostic::on_unimplemented(
    message = "a policy's timeout or deadline cannot become a `{Self}`",
    label = "an attempt, or the call, is cut when its time is over",
    note = "a policy may come to have a `timeout` or a `deadline` at run time: say `.elapsed(<path or closure from `Elapsed` to `{Self}`>)` before `.await`, or implement `From<retry_runtime::Elapsed>` for the error type",
    note = "or say `.untimed()`, and neither of the two is applied"
)]
pub trait FromLimit: Sealed<Elapsed> {
    /// The error.
    fn from_limit(elapsed: Elapsed) -> Self;
}

impl<E: From<Elapsed>> Sealed<Elapsed> for E {}

#[diagnostic::do_not_recommend]
impl<E: From<Elapsed>> FromLimit for E {
    fn from_limit(elapsed: Elapsed) -> Self {
        elapsed.into()
    }
}

/// Who is told of a failed attempt that will be retried.
pub trait Notify<E> {
    /// Tells.
    fn notify(&mut self, failure: Failure<'_, E>);
}

/// Nobody is.
#[derive(Debug)]
pub struct NobodyTold;

impl<E> Notify<E> for NobodyTold {
    fn notify(&mut self, _: Failure<'_, E>) {}
}

impl<E, F: FnMut(Failure<'_, E>)> Notify<E> for By<F> {
    fn notify(&mut self, failure: Failure<'_, E>) {
        (self.0)(failure);
    }
}

/// What runs before each retry.
pub trait BeforeRetry {
    /// The hook's future.
    type Hook: Future;
}

/// What starts it.
pub trait StartHook<E>: BeforeRetry {
    /// Starts it, where there is one.
    fn start(&mut self, retry: Attempt, kept: &mut impl KeepErrors<E>) -> Option<Self::Hook>;
}

/// Nothing does.
#[derive(Debug)]
pub struct NoHook;

impl BeforeRetry for NoHook {
    type Hook = Ready<()>;
}

impl<E> StartHook<E> for NoHook {
    fn start(&mut self, _: Attempt, _: &mut impl KeepErrors<E>) -> Option<Ready<()>> {
        None
    }
}

impl<H: Future, F: FnMut(Attempt) -> H> BeforeRetry for By<F> {
    type Hook = H;
}

impl<E, H: Future, F: FnMut(Attempt) -> H> StartHook<E> for By<F> {
    fn start(&mut self, retry: Attempt, _: &mut impl KeepErrors<E>) -> Option<H> {
        Some((self.0)(retry))
    }
}

impl<F, H: Future> BeforeRetry for HookWith<F, H> {
    type Hook = H;
}

impl<E, F, H> StartHook<E> for HookWith<F, H>
where
    F: FnMut(Attempt, Option<&mut E>) -> H,
    H: Future,
{
    fn start(&mut self, retry: Attempt, kept: &mut impl KeepErrors<E>) -> Option<H> {
        Some((self.0)(retry, kept.current()))
    }
}

/// What waits.
pub trait Sleeper {
    /// The wait.
    type Sleep: Future;
    /// Waits so long.
    fn sleep(&mut self, duration: Duration) -> Self::Sleep;
}

/// The timer of the feature `tokio` or `smol`.
#[derive(Debug)]
pub struct OwnTimer;

impl<S: Future, F: FnMut(Duration) -> S> Sleeper for By<F> {
    type Sleep = S;
    fn sleep(&mut self, duration: Duration) -> S {
        (self.0)(duration)
    }
}

impl Sleeper for OwnTimer {
    type Sleep = OwnSleep;

    #[cfg(any(feature = "tokio", feature = "smol"))]
    fn sleep(&mut self, duration: Duration) -> Self::Sleep {
        crate::time::timer::sleep(duration)
    }

    // Nobody calls it: without a timer this one is not `Available`.
    #[cfg(not(any(feature = "tokio", feature = "smol")))]
    fn sleep(&mut self, _: Duration) -> Self::Sleep {
        std::future::ready(())
    }
}

/// A timer that is there.
#[diagnostic::on_unimplemented(
    message = "there is no timer to wait with",
    label = "this call waits between attempts",
    note = "enable the feature `tokio` or `smol` of `retry-runtime`, or say `.sleep(path::to::sleep)` before `.await`"
)]
pub trait Available {}

impl<F> Available for By<F> {}

#[cfg(any(feature = "tokio", feature = "smol"))]
impl Available for OwnTimer {}
