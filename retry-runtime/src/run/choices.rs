//! The ways in which a run can be told each thing: the default, or the user's
//! own function.

use crate::attempt::Attempt;
use crate::elapsed::Elapsed;
use crate::engine::into_verdict::{Answer, Judgement};
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::future::{Future, Ready};
use std::time::Duration;

/// A function that was given.
pub struct By<F>(pub(super) F);

/// Which errors are retried.
pub trait Classify<E> {
    /// What the error says about trying again; `cut` where time ran out.
    fn judge(&mut self, error: &E, cut: Option<Elapsed>) -> Judgement;
}

/// The error classifies itself.
pub struct ByItself;

impl<E: SelfClassified> Classify<E> for ByItself {
    fn judge(&mut self, error: &E, cut: Option<Elapsed>) -> Judgement {
        if cut.is_some() {
            Judgement::of(Verdict::transient())
        } else {
            Judgement::of(error.own_verdict())
        }
    }
}

impl<E, A: Answer, F: FnMut(&E) -> A> Classify<E> for By<F> {
    fn judge(&mut self, error: &E, cut: Option<Elapsed>) -> Judgement {
        Judgement::by_predicate((self.0)(error).verdict(), None, cut)
    }
}

/// [`Transient`], with a message that fits a closure.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which of its values are transient",
    label = "the error of a retried closure has to be classified",
    note = "say `.on(<path or closure from `&{Self}` to bool>)` before `.await`, or implement `retry_runtime::Transient` for an error type of your own",
    note = "for a type of another crate, turn on the feature of `retry-runtime` that is named after it: `reqwest` is for reqwest 0.13, `tonic` for tonic 0.14, `http` for http 1, `anyhow` for anyhow 1; where there is none, `on`, or an error of your own around it"
)]
pub trait SelfClassified {
    /// The error's own word.
    fn own_verdict(&self) -> Verdict;
}

#[diagnostic::do_not_recommend]
impl<E: Transient> SelfClassified for E {
    fn own_verdict(&self) -> Verdict {
        self.verdict()
    }
}

/// Which responses are retried.
pub trait Judge<T> {
    /// What the response says about trying again; `None` where it is a success.
    fn judge(&mut self, response: &T) -> Option<Judgement>;
}

/// Every `Ok` is a success.
pub struct AnyOk;

impl<T> Judge<T> for AnyOk {
    fn judge(&mut self, _: &T) -> Option<Judgement> {
        None
    }
}

impl<T, A: Answer, F: FnMut(&T) -> A> Judge<T> for By<F> {
    fn judge(&mut self, response: &T) -> Option<Judgement> {
        Judgement::of_response((self.0)(response).verdict())
    }
}

/// How time that ran out becomes an error.
pub trait Convert<E> {
    /// The error; `None` where no limit applies.
    fn error(&mut self, elapsed: Elapsed) -> Option<E>;
}

/// Through `From<Elapsed>`.
pub struct ByFrom;

impl<E: FromLimit> Convert<E> for ByFrom {
    fn error(&mut self, elapsed: Elapsed) -> Option<E> {
        Some(E::from_limit(elapsed))
    }
}

impl<E, F: FnMut(Elapsed) -> E> Convert<E> for By<F> {
    fn error(&mut self, elapsed: Elapsed) -> Option<E> {
        Some((self.0)(elapsed))
    }
}

/// It need not: the policy's limits are not applied.
pub struct Untimed;

impl<E> Convert<E> for Untimed {
    fn error(&mut self, _: Elapsed) -> Option<E> {
        None
    }
}

/// `From<Elapsed>`, with a message that fits a closure.
#[diagnostic::on_unimplemented(
    message = "a policy's timeout or deadline cannot become a `{Self}`",
    label = "an attempt, or the call, is cut when its time is over",
    note = "a policy may come to have a `timeout` or a `deadline` at run time: say `.elapsed(<path or closure from `Elapsed` to `{Self}`>)` before `.await`, or implement `From<retry_runtime::Elapsed>` for the error type",
    note = "or say `.untimed()`, and neither of the two is applied"
)]
pub trait FromLimit {
    /// The error.
    fn from_limit(elapsed: Elapsed) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Elapsed>> FromLimit for E {
    fn from_limit(elapsed: Elapsed) -> Self {
        elapsed.into()
    }
}

/// What runs before each retry.
pub trait BeforeRetry {
    /// The hook's future.
    type Hook: Future;
    /// Starts it, where there is one.
    fn start(&mut self, retry: Attempt) -> Option<Self::Hook>;
}

/// Nothing does.
pub struct NoHook;

impl BeforeRetry for NoHook {
    type Hook = Ready<()>;
    fn start(&mut self, _: Attempt) -> Option<Ready<()>> {
        None
    }
}

impl<H: Future, F: FnMut(Attempt) -> H> BeforeRetry for By<F> {
    type Hook = H;
    fn start(&mut self, retry: Attempt) -> Option<H> {
        Some((self.0)(retry))
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
pub struct OwnTimer;

impl<S: Future, F: FnMut(Duration) -> S> Sleeper for By<F> {
    type Sleep = S;
    fn sleep(&mut self, duration: Duration) -> S {
        (self.0)(duration)
    }
}

impl Sleeper for OwnTimer {
    #[cfg(feature = "tokio")]
    type Sleep = tokio::time::Sleep;
    #[cfg(all(not(feature = "tokio"), feature = "smol"))]
    type Sleep = async_io::Timer;
    #[cfg(not(any(feature = "tokio", feature = "smol")))]
    type Sleep = Ready<()>;

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
