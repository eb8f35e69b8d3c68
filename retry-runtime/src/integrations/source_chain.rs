//! Errors whose type is erased: what they are made of decides.

use crate::elapsed::Elapsed;
use crate::gate::Rejected;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::error::Error;
use std::io;
use std::sync::Arc;

/// Boxed errors, `Box<dyn Error + Send + Sync>` for instance, are judged by what
/// they are made of: from the error itself down its chain of
/// [`source`](Error::source)s, the first one whose type the library knows
/// decides. Where there is none, the error is permanent.
///
/// | known, behind a `Box` or an `Arc` of its own too | judged |
/// | --- | --- |
/// | [`std::io::Error`] | as it judges itself |
/// | [`Elapsed`], tokio's `Elapsed` | transient |
/// | [`Rejected`] | permanent |
/// | `tonic::Status` (feature `tonic`) | as it judges itself; a connection that tonic could not open, not sent |
/// | `reqwest::Error`, and hyper's and h2's below it (feature `reqwest`) | as it judges itself |
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

/// The word of the first error in the chain whose type is known.
pub(crate) fn judge(error: &(dyn Error + 'static)) -> Verdict {
    found(error).unwrap_or(Verdict::permanent())
}

/// The same, where there is one.
pub(super) fn found(error: &(dyn Error + 'static)) -> Option<Verdict> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(verdict) = known(error) {
            return Some(verdict);
        }
        next = inner(error);
    }
    None
}

/// What this error says, where its type is known and it has something to say.
fn known(error: &(dyn Error + 'static)) -> Option<Verdict> {
    if let Some(error) = as_a::<io::Error>(error) {
        return Some(error.verdict());
    }
    if let Some(elapsed) = as_a::<Elapsed>(error) {
        return Some(elapsed.verdict());
    }
    if let Some(rejected) = as_a::<Rejected>(error) {
        return Some(rejected.verdict());
    }
    #[cfg(feature = "tokio")]
    if as_a::<tokio::time::error::Elapsed>(error).is_some() {
        return Some(Verdict::transient());
    }
    #[cfg(feature = "tonic")]
    if let Some(verdict) = super::tonic::known(error) {
        return Some(verdict);
    }
    #[cfg(feature = "reqwest")]
    {
        if let Some(error) = as_a::<::reqwest::Error>(error) {
            return Some(error.verdict());
        }
        if let Some(verdict) = super::hyper::known(error) {
            return Some(verdict);
        }
    }
    None
}

/// The error as one of this type, behind a pointer too: a large one is kept in a
/// `Box`, one that has to be cloned in an `Arc`.
pub(super) fn as_a<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    error
        .downcast_ref::<T>()
        .or_else(|| error.downcast_ref::<Box<T>>().map(|error| &**error))
        .or_else(|| error.downcast_ref::<Arc<T>>().map(|error| &**error))
}

/// The next error of the chain. A shared one hands out the source of what it
/// shares, which would skip the shared error itself.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(shared) = error.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        return Some(&**shared);
    }
    error.source()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;
    use std::time::Duration;

    /// A type that the library does not know.
    #[derive(Debug)]
    struct Unknown(Option<Box<dyn Error + Send + Sync>>);

    impl fmt::Display for Unknown {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("of an unknown type")
        }
    }

    impl Error for Unknown {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.0.as_deref().map(|source| source as _)
        }
    }

    fn around(error: impl Error + Send + Sync + 'static) -> Unknown {
        Unknown(Some(Box::new(error)))
    }

    fn io(kind: io::ErrorKind) -> io::Error {
        kind.into()
    }

    #[test]
    fn boxes_of_every_kind_ask_what_is_inside() {
        let refused = || io(io::ErrorKind::ConnectionRefused);
        assert_eq!(
            (Box::new(refused()) as Box<dyn Error>).verdict(),
            Verdict::not_sent()
        );
        assert_eq!(
            (Box::new(refused()) as Box<dyn Error + Send>).verdict(),
            Verdict::not_sent()
        );
        assert_eq!(
            (Box::new(refused()) as Box<dyn Error + Send + Sync>).verdict(),
            Verdict::not_sent()
        );
    }

    #[test]
    fn the_first_known_error_decides_however_deep() {
        let deep = around(around(io(io::ErrorKind::ConnectionReset)));
        assert_eq!(judge(&deep), Verdict::transient());
        // The outer one is known and says no; what it wraps is not asked.
        let outer = io::Error::new(
            io::ErrorKind::InvalidData,
            io(io::ErrorKind::ConnectionReset),
        );
        assert_eq!(judge(&around(outer)), Verdict::permanent());
    }

    #[test]
    fn an_io_error_without_an_opinion_is_looked_into() {
        let reset = || io(io::ErrorKind::ConnectionReset);
        assert_eq!(judge(&io::Error::other(reset())), Verdict::transient());
        assert_eq!(
            judge(&io::Error::other(around(reset()))),
            Verdict::transient()
        );
        assert_eq!(
            judge(&io::Error::other("a mere text")),
            Verdict::permanent()
        );
        assert_eq!(judge(&io(io::ErrorKind::Other)), Verdict::permanent());
        // In a box or not, it is the same error.
        assert_eq!(io::Error::other(reset()).verdict(), Verdict::transient());
        let text = io::Error::other("a mere text");
        assert_eq!(text.verdict(), Verdict::permanent());
    }

    #[test]
    fn what_the_runtime_itself_reports_is_known() {
        let slow = Elapsed::timeout(Duration::from_secs(1));
        assert_eq!(judge(&around(slow)), Verdict::transient());
        assert_eq!(judge(&io::Error::from(slow)), Verdict::transient());
        assert_eq!(judge(&around(Rejected::new())), Verdict::permanent());
        assert_eq!(
            judge(&io::Error::from(Rejected::new())),
            Verdict::permanent()
        );
    }

    #[test]
    fn pointers_are_looked_behind() {
        let reset = || io(io::ErrorKind::ConnectionReset);
        let shared: Arc<dyn Error + Send + Sync> = Arc::new(reset());
        assert_eq!(judge(&around(Arc::new(reset()))), Verdict::transient());
        assert_eq!(judge(&around(Box::new(reset()))), Verdict::transient());
        assert_eq!(judge(&around(shared)), Verdict::transient());
        let erased: Arc<dyn Error + Send + Sync> = Arc::new(around(Arc::new(reset())));
        assert_eq!(judge(&erased), Verdict::transient());
        assert_eq!(judge(&Arc::new(Rejected::new())), Verdict::permanent());
    }

    #[test]
    fn unknown_types_are_permanent() {
        assert_eq!(judge(&around(Unknown(None))), Verdict::permanent());
        let text: Box<dyn Error + Send + Sync> = "a mere text".into();
        assert_eq!(text.verdict(), Verdict::permanent());
    }

    #[cfg(feature = "tokio")]
    #[tokio::test(start_paused = true)]
    async fn a_timeout_of_tokios_is_transient() {
        let never = std::future::pending::<()>();
        let elapsed = tokio::time::timeout(Duration::from_secs(1), never)
            .await
            .unwrap_err();
        assert_eq!(judge(&around(elapsed)), Verdict::transient());
    }
}
