//! What lies below the HTTP clients: errors of hyper and of h2.

use super::source_chain::judge;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::error::Error;

/// What an error of hyper or h2 says, where it has something to say.
pub(super) fn known(error: &(dyn Error + 'static)) -> Option<Verdict> {
    if let Some(error) = error.downcast_ref::<::hyper::Error>() {
        return of_hyper(error);
    }
    error.downcast_ref::<h2::Error>().map(of_h2)
}

/// The verdict where it was the caller's own body that failed, half-way through a
/// request. What ended it, another request for instance, may not have been sent:
/// of this one a part was.
pub(super) fn of_callers_body(error: &(dyn Error + 'static)) -> Option<Verdict> {
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<::hyper::Error>() {
            Some(error) if error.is_user() => return of_hyper(error),
            _ => next = error.source(),
        }
    }
    None
}

/// The connection went away under the request. hyper's other errors say it by
/// their source, an `io::Error` for instance.
fn of_hyper(error: &::hyper::Error) -> Option<Verdict> {
    if error.is_user() {
        let verdict = error.source().map_or(Verdict::permanent(), judge);
        return Some(verdict.unproven());
    }
    let broken = error.is_incomplete_message()
        || error.is_closed()
        || error.is_canceled()
        || error.is_timeout();
    broken.then(Verdict::transient)
}

/// `REFUSED_STREAM` and a `GOAWAY` without an error prove that the stream was
/// not processed (RFC 9113, sections 6.8 and 8.7): h2 gives the latter to the
/// streams that the peer left out alone.
fn of_h2(error: &h2::Error) -> Verdict {
    use h2::Reason;

    if let Some(io) = error.get_io() {
        return io.verdict();
    }
    match error.reason() {
        Some(Reason::REFUSED_STREAM) if error.is_remote() && error.is_reset() => Verdict::refused(),
        Some(Reason::NO_ERROR) if error.is_remote() && error.is_go_away() => Verdict::refused(),
        Some(
            Reason::NO_ERROR
            | Reason::INTERNAL_ERROR
            | Reason::REFUSED_STREAM
            | Reason::CANCEL
            | Reason::ENHANCE_YOUR_CALM,
        ) => Verdict::transient(),
        _ => Verdict::permanent(),
    }
}
