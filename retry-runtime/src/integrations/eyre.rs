//! `eyre::Report`, of eyre 0.6.

use super::classify::classify_report;
use super::known::Report;
use crate::macro_support::error_word::Erased;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::error::Error;

/// Judged by what it is made of, as a boxed `dyn Error` is, and as an `anyhow::Error`:
/// from the outermost error down the chain, the first one whose type the library knows
/// decides. What was wrapped around it is looked through.
///
/// | report | verdict |
/// | --- | --- |
/// | of an error that is known | its own |
/// | the same, after `wrap_err` | its own: a proof holds below the text |
/// | of an error of another type, made of a known one | that one's, without its proof |
/// | `eyre!("text")` | permanent |
///
/// ```
/// use eyre::WrapErr;
/// use retry_runtime::{Transient, retry};
/// use std::io;
/// use tokio::net::TcpStream;
///
/// #[retry(on = known, timeout = 2s)]
/// async fn connect(address: &str) -> eyre::Result<TcpStream> {
///     TcpStream::connect(address).await.wrap_err_with(|| format!("connecting to {address}"))
/// }
/// # let _ = connect;
///
/// let error = eyre::Report::from(io::Error::from(io::ErrorKind::ConnectionRefused))
///     .wrap_err("connecting to 127.0.0.1:9");
/// assert!(error.verdict().is_unexecuted());
/// assert!(!eyre::eyre!("no such user").verdict().is_retryable());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for ::eyre::Report {
    fn verdict(&self) -> Verdict {
        self.known().unwrap_or(Verdict::unknown())
    }
}

impl Erased for ::eyre::Report {
    fn known(&self) -> Option<Verdict> {
        // A boxed error hides behind `&**self`.
        match self.downcast_ref::<Box<dyn Error + Send + Sync>>() {
            Some(boxed) => boxed.known(),
            None => classify_report(self),
        }
    }
}

impl Report for ::eyre::Report {
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
    use ::eyre::{Report, WrapErr, eyre};
    use std::fmt;
    use std::io;

    fn refused() -> io::Error {
        io::ErrorKind::ConnectionRefused.into()
    }

    #[test]
    fn what_is_wrapped_around_an_error_is_looked_through() {
        let told = |report: Report| report.wrap_err("connecting").wrap_err("asking");
        let not_sent = Verdict::not_sent();
        assert_eq!(Report::from(refused()).verdict(), not_sent);
        assert_eq!(told(refused().into()).verdict(), not_sent);
        let wrapped = Err::<(), _>(refused()).wrap_err("connecting").unwrap_err();
        assert_eq!(wrapped.verdict(), not_sent);
        assert_eq!(told(wrapped).verdict(), not_sent);
    }

    #[test]
    fn a_proof_is_lost_below_other_types() {
        let report = Report::from(Client(refused())).wrap_err("asking");
        assert_eq!(report.verdict(), Verdict::transient());
        // A context of a known type is none of the errors that happened.
        let report = Report::from(Client(refused())).wrap_err(refused());
        assert_eq!(report.verdict(), Verdict::transient());
    }

    /// Of a client that may have tried before.
    #[derive(Debug)]
    struct Client(io::Error);

    impl fmt::Display for Client {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("after 2 tries")
        }
    }

    impl Error for Client {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_boxed_error_is_looked_into() {
        let boxed = || Box::<dyn Error + Send + Sync>::from(refused());
        assert_eq!(eyre!(boxed()).verdict(), Verdict::not_sent());
        let told = eyre!(boxed()).wrap_err("asking");
        assert!(told.verdict().is_retryable());
    }

    #[test]
    fn a_text_is_permanent_whatever_it_says() {
        assert_eq!(eyre!("connection reset").verdict(), Verdict::permanent());
    }
}
