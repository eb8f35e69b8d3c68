//! `anyhow::Error`.

use super::classify::classify_report;
use super::known::Report;
use crate::macro_support::error_word::Erased;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::error::Error;

/// Judged by what it is made of, as a boxed `dyn Error` is: from the outermost
/// error down the chain, the first one whose type the library knows decides,
/// and where there is none the error is permanent. Contexts are looked through: a
/// proof that the request was not executed holds below them.
///
/// An error type of your own inside cannot be asked: use
/// `on = |error| error.downcast_ref::<Mine>()..` for it. So `#[retry]` asks for `on`:
/// `known` for what is described here, `always`, or a predicate.
///
/// ```
/// use anyhow::Context;
/// use retry_runtime::{Transient, retry};
/// use std::io;
/// use tokio::net::TcpStream;
///
/// // A time-out becomes an `anyhow::Error` by itself.
/// #[retry(on = known, timeout = 2s)]
/// async fn connect(address: &str) -> anyhow::Result<TcpStream> {
///     TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))
/// }
/// # let _ = connect;
///
/// let error = anyhow::Error::from(io::Error::from(io::ErrorKind::ConnectionRefused))
///     .context("connecting to 127.0.0.1:9");
/// assert!(error.verdict().is_unexecuted());
/// assert!(!anyhow::anyhow!("no such user").verdict().is_retryable());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for ::anyhow::Error {
    fn verdict(&self) -> Verdict {
        self.known().unwrap_or(Verdict::unknown())
    }
}

impl Erased for ::anyhow::Error {
    fn known(&self) -> Option<Verdict> {
        // A boxed error hides behind `&**self`.
        match self.downcast_ref::<Box<dyn Error + Send + Sync>>() {
            Some(boxed) => boxed.known(),
            None => classify_report(self),
        }
    }
}

impl Report for ::anyhow::Error {
    fn outermost(&self) -> &(dyn Error + 'static) {
        &**self
    }

    fn below_contexts<T: Error + Send + Sync + 'static>(&self) -> Option<&T> {
        self.downcast_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::anyhow::{Error, anyhow};
    use std::error;
    use std::io;

    #[test]
    fn contexts_are_looked_through() {
        let reset = Error::from(io::Error::from(io::ErrorKind::ConnectionReset));
        assert_eq!(reset.verdict(), Verdict::transient());
        let told = reset
            .context("reading the answer")
            .context("asking for a user");
        assert_eq!(told.verdict(), Verdict::transient());
    }

    #[test]
    fn a_proof_holds_below_contexts_and_not_below_other_types() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let told = |error: Error| error.context("connecting").context("asking for a user");
        assert_eq!(Error::from(refused()).verdict(), Verdict::not_sent());
        assert_eq!(told(refused().into()).verdict(), Verdict::not_sent());
        let shared = std::sync::Arc::new(refused());
        assert_eq!(told(shared.into()).verdict(), Verdict::not_sent());
        let wrapped = io::Error::other(refused());
        assert_eq!(told(wrapped.into()).verdict(), Verdict::not_sent());
        let client = || Client(refused());
        assert_eq!(Error::from(client()).verdict(), Verdict::transient());
        assert_eq!(told(client().into()).verdict(), Verdict::transient());
        // A context of a known type is none of the errors that happened.
        let context = Error::from(client()).context(refused());
        assert_eq!(context.verdict(), Verdict::transient());
    }

    /// Of a client that may have tried before.
    #[derive(Debug)]
    struct Client(io::Error);

    impl std::fmt::Display for Client {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("after 2 tries")
        }
    }

    impl error::Error for Client {
        fn source(&self) -> Option<&(dyn error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_boxed_error_is_looked_into() {
        let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
        let boxed = || Box::<dyn error::Error + Send + Sync>::from(reset());
        assert_eq!(Error::from_boxed(boxed()).verdict(), Verdict::transient());
        let told = anyhow!(boxed()).context("asking for a user");
        assert_eq!(told.verdict(), Verdict::transient());
    }

    #[test]
    fn a_text_is_permanent_whatever_it_says() {
        assert_eq!(anyhow!("connection reset").verdict(), Verdict::permanent());
    }
}
