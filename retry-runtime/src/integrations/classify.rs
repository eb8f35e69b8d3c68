//! Errors whose type is erased: what they are made of decides.

use super::known::{KnownError, chain, is_known, look_up};
#[cfg(any(feature = "anyhow", feature = "eyre"))]
use super::known::{Report, root_of};
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::error::Error;

/// Boxed errors, `Box<dyn Error + Send + Sync>` for instance, are judged by what
/// they are made of: from the error itself down its chain of
/// [`source`](Error::source)s, the first one whose type the library knows
/// decides, as [`classify`] tells. Where there is none, the error is permanent.
///
/// | known, behind a `Box` or an `Arc` of its own too | judged |
/// | --- | --- |
/// | [`std::io::Error`] | as it judges itself |
/// | [`Elapsed`](crate::Elapsed), tokio's `Elapsed` | transient |
/// | [`Rejected`](crate::Rejected) | permanent |
/// | `tonic::Status` (feature `tonic`) | as it judges itself; a connection that tonic could not open, not sent |
/// | `reqwest::Error` (feature `reqwest`) | as it judges itself |
/// | errors of hyper and h2 (features `reqwest` and `tonic`) | by what became of the connection |
/// | the others that [`guide::errors`](crate::guide::errors) lists, each behind its feature | as they judge themselves |
///
/// **A proof holds only along known types**: below one of the library's own, an
/// `io::Error` around another error, a context of anyhow. Below a type of yours or
/// of another crate, [`not_sent`](Verdict::not_sent) and
/// [`refused`](Verdict::refused) become [`transient`](Verdict::transient): a client
/// that retries by itself may have sent the request before its last try was refused.
///
/// An error that passes itself off as the one inside it, as thiserror's
/// `#[error(transparent)]` does, hides that one: its `source` is what comes after.
/// So does an `anyhow::Error` without a context that is made a box.
///
/// **An error type of your own inside the box cannot be asked**, its
/// `Transient` neither: behind `dyn Error` no one can see which traits a type
/// has. What it gives as its `source` is seen. Where its own word counts, ask
/// for it with `on`:
///
/// ```
/// use retry_runtime::{Transient, Verdict, retry};
/// use std::error::Error;
/// use std::fmt;
///
/// #[derive(Debug)]
/// struct Busy;
///
/// impl fmt::Display for Busy {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str("busy")
///     }
/// }
///
/// impl Error for Busy {}
///
/// impl Transient for Busy {
///     fn verdict(&self) -> Verdict {
///         Verdict::transient()
///     }
/// }
///
/// type BoxError = Box<dyn Error + Send + Sync>;
///
/// fn judge(error: &BoxError) -> Verdict {
///     error.downcast_ref::<Busy>().map_or_else(|| error.verdict(), Transient::verdict)
/// }
///
/// #[retry(on = judge, attempt = at, backoff = none)]
/// async fn call() -> Result<u32, BoxError> {
///     if at.number() < 3 { Err(Busy.into()) } else { Ok(at.number()) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert!(!BoxError::from(Busy).verdict().is_retryable());
/// assert_eq!(call().await.unwrap(), 3);
/// # }
/// ```
#[diagnostic::do_not_recommend]
impl Transient for dyn Error {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

/// As `dyn Error`: the first error in the chain whose type is known decides.
#[diagnostic::do_not_recommend]
impl Transient for dyn Error + Send {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

/// As `dyn Error`: the first error in the chain whose type is known decides.
#[diagnostic::do_not_recommend]
impl Transient for dyn Error + Send + Sync {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

/// What the library knows of an error whose type is erased: the word of the first
/// error in its chain of sources whose type is known, or `None` where there is none.
///
/// So it tells "unknown" from "no": a permanent error is `Some`. What is known is
/// listed at [`Transient`](trait@crate::Transient) for `dyn Error`, and
/// grows with the features that are turned on.
///
/// A proof that the request was not executed counts only where every error above it
/// is of a known type. Whoever made an unknown one may have tried before: there,
/// [`not_sent`](Verdict::not_sent) and [`refused`](Verdict::refused) become
/// [`transient`](Verdict::transient).
///
/// ```
/// use retry_runtime::{Verdict, classify};
/// use std::io;
///
/// let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
/// assert_eq!(classify(&refused), Some(Verdict::not_sent()));
/// let missing = io::Error::from(io::ErrorKind::NotFound);
/// assert_eq!(classify(&missing), Some(Verdict::permanent()));
/// assert_eq!(classify(&std::fmt::Error), None);
/// ```
#[must_use]
pub fn classify(error: &(dyn Error + 'static)) -> Option<Verdict> {
    let (verdict, is_proven) = find(error, |error| match look_up(error) {
        KnownError::Said(verdict) => Some(verdict),
        KnownError::HandsOn | KnownError::Unknown => None,
    })?;
    Some(if is_proven {
        verdict
    } else {
        verdict.unproven()
    })
}

/// The same, where an error that is unknown is permanent.
pub(crate) fn judge(error: &(dyn Error + 'static)) -> Verdict {
    classify(error).unwrap_or(Verdict::unknown())
}

/// As [`classify`], where contexts are looked through.
#[cfg(any(feature = "anyhow", feature = "eyre"))]
pub(super) fn classify_report(report: &impl Report) -> Option<Verdict> {
    classify(root_of(report).unwrap_or(report.outermost()))
}

/// The first answer along the chain, and whether a proof in it holds: whether all
/// errors above are of known types.
pub(super) fn find<'a, T>(
    error: &'a (dyn Error + 'static),
    ask: impl Fn(&'a (dyn Error + 'static)) -> Option<T>,
) -> Option<(T, bool)> {
    let (depth, answer) = chain(error)
        .enumerate()
        .find_map(|(depth, error)| Some((depth, ask(error)?)))?;
    Some((answer, chain(error).take(depth).all(is_known)))
}

#[cfg(test)]
mod tests;
