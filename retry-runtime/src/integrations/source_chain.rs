//! Errors whose type is erased: what they are made of decides.

use crate::{Elapsed, Rejected, Transient, Verdict};
use std::error::Error;
use std::io;

/// Boxed errors, `Box<dyn Error + Send + Sync>` for instance, are judged by what
/// they are made of: from the error itself down its chain of
/// [`source`](Error::source)s, the first one whose type the library knows
/// decides. Where there is none, the error is permanent.
///
/// | known | judged |
/// | --- | --- |
/// | [`std::io::Error`] | by its kind; one of kind [`Other`](io::ErrorKind::Other) by the error inside it |
/// | [`Elapsed`], tokio's `Elapsed` | transient |
/// | [`Rejected`] | permanent |
/// | `tonic::Status` (feature `tonic`) | as it judges itself |
/// | `reqwest::Error`, and hyper's and h2's below it (feature `reqwest`) | as it judges itself |
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
pub(super) fn judge(error: &(dyn Error + 'static)) -> Verdict {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(verdict) = known(error) {
            return verdict;
        }
        next = inner(error);
    }
    Verdict::permanent()
}

/// What this error says, where its type is known and it has something to say.
fn known(error: &(dyn Error + 'static)) -> Option<Verdict> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        let is_wrapper = error.kind() == io::ErrorKind::Other && error.get_ref().is_some();
        return (!is_wrapper).then(|| error.verdict());
    }
    if let Some(elapsed) = error.downcast_ref::<Elapsed>() {
        return Some(elapsed.verdict());
    }
    if let Some(rejected) = error.downcast_ref::<Rejected>() {
        return Some(rejected.verdict());
    }
    #[cfg(feature = "tokio")]
    if error.is::<tokio::time::error::Elapsed>() {
        return Some(Verdict::transient());
    }
    #[cfg(feature = "tonic")]
    if let Some(status) = error.downcast_ref::<::tonic::Status>() {
        return Some(status.verdict());
    }
    #[cfg(feature = "reqwest")]
    {
        if let Some(error) = error.downcast_ref::<::reqwest::Error>() {
            return Some(error.verdict());
        }
        if let Some(verdict) = super::hyper::known(error) {
            return Some(verdict);
        }
    }
    None
}

/// The next error of the chain. An `io::Error` hands out the source of what it
/// wraps, which would skip the wrapped error itself.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(error) => error
            .get_ref()
            .map(|inner| -> &(dyn Error + 'static) { inner }),
        None => error.source(),
    }
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
