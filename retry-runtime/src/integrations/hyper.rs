//! What lies below the HTTP clients: errors of hyper and of h2.

use super::classify::classify;
use super::known::KnownType;
#[cfg(any(feature = "reqwest", feature = "reqwest-0-12"))]
use super::known::chain;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::h2::Reason;
use std::error::Error;

/// The connection went away under the request. hyper's other errors say it by
/// their source, an `io::Error` for instance.
impl KnownType for ::hyper::Error {
    fn known(&self) -> Option<Verdict> {
        if self.is_user() {
            return of_body(self);
        }
        if self.is_timeout() {
            return Some(Verdict::transient().timed_out());
        }
        let broken = self.is_incomplete_message() || self.is_closed() || self.is_canceled();
        broken.then(Verdict::transient)
    }
}

/// `REFUSED_STREAM` and a `GOAWAY` without an error prove that the stream was
/// not processed (RFC 9113, sections 6.8 and 8.7): h2 gives the latter to the
/// streams that the peer left out alone.
impl KnownType for ::h2::Error {
    fn known(&self) -> Option<Verdict> {
        if let Some(io) = self.get_io() {
            return Some(io.verdict());
        }
        let is_refused = self.is_remote()
            && match self.reason() {
                Some(Reason::REFUSED_STREAM) => self.is_reset(),
                Some(Reason::NO_ERROR) => self.is_go_away(),
                _ => false,
            };
        if is_refused {
            return Some(Verdict::refused());
        }
        Some(match self.reason() {
            Some(
                Reason::NO_ERROR
                | Reason::INTERNAL_ERROR
                | Reason::REFUSED_STREAM
                | Reason::CANCEL
                | Reason::ENHANCE_YOUR_CALM,
            ) => Verdict::transient(),
            _ => Verdict::permanent(),
        })
    }
}

/// The verdict where it was the caller's own body that failed, half-way through a
/// request. The error that ended the body may be a proof that another request was
/// not sent, but a part of this one was.
#[cfg(any(feature = "reqwest", feature = "reqwest-0-12"))]
pub(super) fn of_callers_body(error: &(dyn Error + 'static)) -> Option<Verdict> {
    chain(error)
        .filter_map(|error| error.downcast_ref::<::hyper::Error>())
        .find(|error| error.is_user())
        .map(|error| of_body(error).unwrap_or(Verdict::permanent()))
}

fn of_body(error: &::hyper::Error) -> Option<Verdict> {
    error.source().and_then(classify).map(Verdict::unproven)
}
