//! All that can become of a request.

use super::check::StatusError;
use crate::elapsed::Elapsed;
use crate::gate::Rejected;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::reqwest::StatusCode;
use std::error;
use std::fmt;

/// What can become of a request that is retried: reqwest's own error, a response
/// that [`check`](super::check) made one of, a time limit, an open circuit breaker.
/// Each comes in through `?`.
///
/// ```no_run
/// use retry_runtime::reqwest::{Error, check};
/// use retry_runtime::retry;
///
/// #[retry(timeout = 1s)]
/// async fn greeting(http: &reqwest::Client, url: &str) -> Result<String, Error> {
///     Ok(check(http.get(url).send().await?)?.text().await?)
/// }
///
/// # async fn caller(http: &reqwest::Client) {
/// match greeting(http, "http://greetings.internal/en").await {
///     Ok(greeting) => println!("{greeting}"),
///     Err(Error::Status(error)) if error.status() == 404 => println!("no such greeting"),
///     Err(error) => println!("{error}"),
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There was no answer, or it could not be read.
    Request(::reqwest::Error),
    /// The answer is a 4xx or 5xx.
    Status(StatusError),
    /// A time limit cut the attempt or the call.
    Elapsed(Elapsed),
    /// A circuit breaker is open.
    Rejected(Rejected),
}

impl Error {
    /// The status code, where the server answered with one that is a failure.
    ///
    /// ```
    /// use retry_runtime::Rejected;
    /// use retry_runtime::reqwest::Error;
    ///
    /// assert_eq!(Error::from(Rejected::new()).status(), None);
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Request(error) => error.status(),
            Self::Status(error) => Some(error.status()),
            Self::Elapsed(_) | Self::Rejected(_) => None,
        }
    }

    /// The error inside, which it is in all but type.
    fn inner(&self) -> &(dyn error::Error + 'static) {
        match self {
            Self::Request(error) => error,
            Self::Status(error) => error,
            Self::Elapsed(elapsed) => elapsed,
            Self::Rejected(rejected) => rejected,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner(), f)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.inner().source()
    }
}

/// As the one inside says.
#[diagnostic::do_not_recommend]
impl Transient for Error {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Request(error) => error.verdict(),
            Self::Status(error) => error.verdict(),
            Self::Elapsed(elapsed) => elapsed.verdict(),
            Self::Rejected(rejected) => rejected.verdict(),
        }
    }
}

impl From<::reqwest::Error> for Error {
    fn from(error: ::reqwest::Error) -> Self {
        Self::Request(error)
    }
}

impl From<StatusError> for Error {
    fn from(error: StatusError) -> Self {
        Self::Status(error)
    }
}

impl From<Elapsed> for Error {
    fn from(elapsed: Elapsed) -> Self {
        Self::Elapsed(elapsed)
    }
}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}
