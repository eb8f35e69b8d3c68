//! `anyhow::Error`.

use super::source_chain::found;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::error::Error;

/// Judged by what it is made of, as a boxed `dyn Error` is: from the outermost
/// error down the chain, the first one whose type the library knows decides,
/// and where there is none the error is permanent. Contexts are looked through.
///
/// An error type of your own inside cannot be asked: use
/// `on = |error| error.downcast_ref::<Mine>()..` for it.
///
/// ```
/// use anyhow::Context;
/// use retry_runtime::{Transient, retry};
/// use std::io;
/// use tokio::net::TcpStream;
///
/// // A time-out becomes an `anyhow::Error` by itself.
/// #[retry(timeout = 2s)]
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
        // A boxed error hides behind `&**self`.
        found(&**self).unwrap_or_else(|| {
            self.downcast_ref::<Box<dyn Error + Send + Sync>>()
                .map_or(Verdict::permanent(), Transient::verdict)
        })
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
