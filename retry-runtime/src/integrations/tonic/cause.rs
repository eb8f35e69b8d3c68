//! What made a status on this side of the wire, read from its source chain.

use std::error::Error;
use std::io;

use tonic::{Code, ConnectError, TimeoutExpired};

use super::super::classify::find;
use crate::gate::Rejected;
use crate::transient::Transient;
use crate::verdict::Verdict;

/// Why a status was made here and not sent by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The request never left.
    NotSent,
    /// The server said over HTTP/2 that it did not look at the request.
    Refused,
    /// The connection was lost while the request was under way.
    Lost,
    /// The channel's own timer cut the request.
    TimedOut,
    /// A breaker further in is open.
    Rejected,
}

impl Cause {
    /// The first cause in the chain that is known. Below an unknown type it proves
    /// nothing: whoever made that one may have tried before.
    pub(super) fn of(source: &(dyn Error + 'static), code: Code) -> Option<Self> {
        let (cause, is_proven) = find(source, |error| Self::of_one(error, code))?;
        Some(match cause {
            Self::NotSent | Self::Refused if !is_proven => Self::Lost,
            cause => cause,
        })
    }

    /// The code that gRPC's other clients give to such a failure.
    pub(super) const fn code(self) -> Code {
        match self {
            Self::NotSent | Self::Refused | Self::Lost | Self::Rejected => Code::Unavailable,
            Self::TimedOut => Code::DeadlineExceeded,
        }
    }

    pub(super) const fn verdict(self) -> Verdict {
        match self {
            Self::NotSent => Verdict::not_sent(),
            Self::Refused => Verdict::refused(),
            Self::Lost => Verdict::transient(),
            Self::TimedOut => Verdict::transient().timed_out(),
            Self::Rejected => Verdict::permanent(),
        }
    }

    fn of_one(error: &(dyn Error + 'static), code: Code) -> Option<Self> {
        #[cfg(feature = "tonic-0-13")]
        if error.is::<tonic_0_13::ConnectError>() {
            return Some(Self::NotSent);
        } else if error.is::<tonic_0_13::TimeoutExpired>() {
            return Some(Self::TimedOut);
        }
        if error.is::<ConnectError>() {
            Some(Self::NotSent)
        } else if error.is::<TimeoutExpired>() {
            Some(Self::TimedOut)
        } else if error.is::<Rejected>() {
            Some(Self::Rejected)
        } else if let Some(error) = error.downcast_ref::<hyper::Error>() {
            // In HTTP/2 it says so only of requests that were still in its queue.
            error.is_canceled().then_some(Self::NotSent)
        } else if let Some(error) = error.downcast_ref::<h2::Error>() {
            Self::of_h2(error)
        } else {
            Self::of_io(error.downcast_ref()?, code)
        }
    }

    /// A `GOAWAY` fails only the streams above the last one that the server took
    /// on (RFC 9113, 6.8); those below go on. `REFUSED_STREAM` says the same of
    /// one stream (8.7).
    fn of_h2(error: &h2::Error) -> Option<Self> {
        let refused = error.is_go_away() || error.reason() == Some(h2::Reason::REFUSED_STREAM);
        if error.is_remote() && refused {
            Some(Self::Refused)
        } else if error.is_io() {
            Some(Self::Lost)
        } else {
            None
        }
    }

    /// Whoever set another code knew more than the connection did.
    fn of_io(error: &io::Error, code: Code) -> Option<Self> {
        if !matches!(code, Code::Unknown | Code::Unavailable) {
            return None;
        }
        let verdict = error.verdict();
        if verdict.is_unexecuted() {
            Some(Self::NotSent)
        } else {
            verdict.is_retryable().then_some(Self::Lost)
        }
    }
}
