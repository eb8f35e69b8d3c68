//! Which failures are worth another attempt.

use retry_runtime::{Elapsed, Transient, Verdict};
use std::{error, fmt};
use volo_thrift::ClientError;

/// Why a call failed.
#[derive(Debug)]
pub enum CallError {
    /// volo could not get an answer, or the answer is an error of the server's own.
    Rpc(ClientError),
    /// The attempt, or the call, took too long.
    TooLate(Elapsed),
    /// The server's answer: there is no user of this number.
    NoSuchUser(i64),
}

impl Transient for CallError {
    fn verdict(&self) -> Verdict {
        match self {
            // Refused at the connection is not sent; broken later may be executed.
            CallError::Rpc(ClientError::Transport(error)) => error.io_error().verdict(),
            CallError::TooLate(elapsed) => elapsed.verdict(),
            // The server has answered, or has not been understood.
            CallError::Rpc(
                ClientError::Application(_) | ClientError::Protocol(_) | ClientError::Biz(_),
            )
            | CallError::NoSuchUser(_) => Verdict::permanent(),
        }
    }
}

impl From<ClientError> for CallError {
    fn from(error: ClientError) -> Self {
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
            CallError::Rpc(error) => error.fmt(f),
            CallError::TooLate(elapsed) => elapsed.fmt(f),
            CallError::NoSuchUser(id) => write!(f, "there is no user {id}"),
        }
    }
}

impl error::Error for CallError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            CallError::Rpc(error) => Some(error),
            CallError::TooLate(elapsed) => Some(elapsed),
            CallError::NoSuchUser(_) => None,
        }
    }
}
