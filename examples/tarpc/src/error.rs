//! Which failures are worth another attempt.

use retry_runtime::{Elapsed, Transient, Verdict};
use std::{error, fmt, io};
use tarpc::client::RpcError;

/// Why a call failed.
#[derive(Debug)]
pub enum CallError {
    /// The server could not be reached.
    Connect(io::Error),
    /// There is no connection.
    NoConnection,
    /// tarpc could not get an answer.
    Rpc(RpcError),
    /// The attempt, or the call, took too long.
    TooLate(Elapsed),
    /// The server's own answer: no.
    Answered(String),
}

impl Transient for CallError {
    fn verdict(&self) -> Verdict {
        match self {
            CallError::Connect(_) | CallError::NoConnection => Verdict::not_sent(),
            CallError::Rpc(error) => match error {
                // A server at its limit says so with this kind, before it
                // executes anything.
                RpcError::Server(error) if error.kind == io::ErrorKind::WouldBlock => {
                    Verdict::refused()
                }
                RpcError::Server(_) => Verdict::permanent(),
                // The connection is gone; what was sent may have been executed.
                RpcError::Shutdown
                | RpcError::Send(_)
                | RpcError::Channel(_)
                | RpcError::DeadlineExceeded => Verdict::transient(),
            },
            CallError::TooLate(elapsed) => elapsed.verdict(),
            CallError::Answered(_) => Verdict::permanent(),
        }
    }
}

impl From<RpcError> for CallError {
    fn from(error: RpcError) -> Self {
        CallError::Rpc(error)
    }
}

impl From<Elapsed> for CallError {
    fn from(elapsed: Elapsed) -> Self {
        CallError::TooLate(elapsed)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Connect(error) => write!(f, "no connection: {error}"),
            CallError::NoConnection => f.write_str("no connection"),
            CallError::Rpc(error) => error.fmt(f),
            CallError::TooLate(elapsed) => elapsed.fmt(f),
            CallError::Answered(message) => write!(f, "the server says: {message}"),
        }
    }
}

impl error::Error for CallError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            CallError::Connect(error) => Some(error),
            CallError::Rpc(error) => Some(error),
            CallError::TooLate(elapsed) => Some(elapsed),
            CallError::NoConnection | CallError::Answered(_) => None,
        }
    }
}
