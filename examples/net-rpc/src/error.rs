//! Which failures are worth another attempt.

use retry_runtime::{Elapsed, Transient, Verdict};
use std::{error, fmt, io};

/// Why a call failed.
#[derive(Debug)]
pub enum RpcError {
    /// There was no connection: the request was not sent.
    Dial(io::Error),
    /// The connection broke: whether the request was executed is unknown.
    Io(io::Error),
    /// An attempt, or the call, took too long.
    TooLate(Elapsed),
    /// The server executed the method, and it returned an error; or there is
    /// no such method.
    Server(String),
    /// What came back is no answer.
    Protocol(serde_json::Error),
    /// The answer has neither a result nor an error.
    NoResult,
}

impl Transient for RpcError {
    fn verdict(&self) -> Verdict {
        match self {
            // Refused, unreachable, timed out: the next one may get through.
            RpcError::Dial(_) => Verdict::not_sent(),
            // EOF, unexpected EOF, reset, broken pipe and time-outs.
            RpcError::Io(error) => error.verdict(),
            RpcError::TooLate(elapsed) => elapsed.verdict(),
            // The same request would get the same answer.
            RpcError::Server(_) | RpcError::Protocol(_) | RpcError::NoResult => {
                Verdict::permanent()
            }
        }
    }
}

impl From<io::Error> for RpcError {
    fn from(error: io::Error) -> Self {
        RpcError::Io(error)
    }
}

impl From<Elapsed> for RpcError {
    fn from(elapsed: Elapsed) -> Self {
        RpcError::TooLate(elapsed)
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RpcError::Dial(error) => write!(f, "no connection: {error}"),
            RpcError::Io(error) => write!(f, "the connection broke: {error}"),
            RpcError::TooLate(elapsed) => elapsed.fmt(f),
            RpcError::Server(message) => write!(f, "the server says: {message}"),
            RpcError::Protocol(error) => write!(f, "not an answer: {error}"),
            RpcError::NoResult => f.write_str("the answer is empty"),
        }
    }
}

impl error::Error for RpcError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            RpcError::Dial(error) | RpcError::Io(error) => Some(error),
            RpcError::TooLate(elapsed) => Some(elapsed),
            RpcError::Protocol(error) => Some(error),
            RpcError::Server(_) | RpcError::NoResult => None,
        }
    }
}
