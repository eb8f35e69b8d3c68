//! Errors that classify themselves.

use crate::elapsed::Elapsed;
use crate::verdict::Verdict;
use std::convert::Infallible;
use std::sync::Arc;

/// An error that says which of its values are worth another attempt.
///
/// `#[retry]` without `on` asks it. `#[derive(Transient)]` writes it for a type of
/// your own. It is implemented for [`std::io::Error`], [`Elapsed`],
/// [`Rejected`](crate::Rejected) and [`Verdict`], for boxed `dyn Error`s, for references, `Box` and
/// `Arc` of errors that implement it, and behind features for the errors of other
/// crates: [`guide::errors`](crate::guide::errors) lists them.
///
/// ```
/// use retry_runtime::{Transient, Verdict};
///
/// enum RpcError {
///     ConnectionRefused,
///     TimedOut,
///     BadArgument(String),
/// }
///
/// impl Transient for RpcError {
///     fn verdict(&self) -> Verdict {
///         match self {
///             RpcError::ConnectionRefused => Verdict::not_sent(),
///             RpcError::TimedOut => Verdict::transient(),
///             RpcError::BadArgument(_) => Verdict::permanent(),
///         }
///     }
/// }
///
/// assert!(RpcError::TimedOut.verdict().is_retryable());
/// assert!(!RpcError::BadArgument("id".into()).verdict().is_retryable());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which of its values are transient",
    label = "the error of a retried function has to be classified",
    note = "implement `retry_runtime::Transient` for an error type of your own, or give `#[retry]` `on = <path or closure from `&{Self}` to bool>`",
    note = "for a type of another crate, turn on the feature of `retry-runtime` that is named after it: `reqwest` is for reqwest 0.13, `tonic` for tonic 0.14, `http` for http 1, `anyhow` for anyhow 1; where there is none, `on`, or an error of your own around it"
)]
pub trait Transient {
    /// What this failure says about trying again.
    ///
    /// ```
    /// use retry_runtime::Transient;
    /// use std::io;
    ///
    /// let error = io::Error::from(io::ErrorKind::ConnectionRefused);
    /// assert!(error.verdict().is_unexecuted());
    /// ```
    fn verdict(&self) -> Verdict;
}

impl<E: Transient + ?Sized> Transient for &E {
    fn verdict(&self) -> Verdict {
        (**self).verdict()
    }
}

impl<E: Transient + ?Sized> Transient for Box<E> {
    fn verdict(&self) -> Verdict {
        (**self).verdict()
    }
}

impl<E: Transient + ?Sized> Transient for Arc<E> {
    fn verdict(&self) -> Verdict {
        (**self).verdict()
    }
}

/// What cannot fail never did.
#[diagnostic::do_not_recommend]
impl Transient for Infallible {
    fn verdict(&self) -> Verdict {
        match *self {}
    }
}

/// A verdict says itself: for an error that keeps the one that was found where
/// it was made, as in `#[transient(forward = verdict)]`.
#[diagnostic::do_not_recommend]
impl Transient for Verdict {
    fn verdict(&self) -> Verdict {
        *self
    }
}

/// Time that ran out is worth another attempt: whether the one that was cut was
/// executed is unknown.
#[diagnostic::do_not_recommend]
impl Transient for Elapsed {
    fn verdict(&self) -> Verdict {
        Verdict::transient().timed_out()
    }
}
