//! What lies below the HTTP clients: errors of hyper and of h2.

use crate::{Transient, Verdict};
use std::error::Error;

/// What an error of hyper or h2 says, where it has something to say.
pub(super) fn known(error: &(dyn Error + 'static)) -> Option<Verdict> {
    if let Some(error) = error.downcast_ref::<::hyper::Error>() {
        return of_hyper(error);
    }
    error.downcast_ref::<h2::Error>().map(of_h2)
}

/// The connection went away under the request. hyper's other errors say it by
/// their source, an `io::Error` for instance.
fn of_hyper(error: &::hyper::Error) -> Option<Verdict> {
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
