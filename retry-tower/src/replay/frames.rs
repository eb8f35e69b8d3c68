//! What was read of a body, and who has read how far.

use crate::BoxError;
use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::task::Waker;

/// The frames from `start` on.
#[derive(Default)]
pub(super) struct Frames {
    kept: VecDeque<Kept>,
    start: usize,
    /// How long the kept ones are together.
    pub(super) bytes: usize,
    /// How the body ended, once it has: with an error, or without.
    pub(super) end: Option<Option<End>>,
}

#[derive(Clone)]
enum Kept {
    Data(Bytes),
    Trailers(HeaderMap),
}

impl Kept {
    fn len(&self) -> usize {
        match self {
            Self::Data(data) => data.len(),
            Self::Trailers(_) => 0,
        }
    }
}

impl Frames {
    /// The frame at this place, where it is kept.
    pub(super) fn get(&self, at: usize) -> Option<Frame<Bytes>> {
        let kept = self.kept.get(at.checked_sub(self.start)?)?;
        Some(match kept.clone() {
            Kept::Data(data) => Frame::data(data),
            Kept::Trailers(trailers) => Frame::trailers(trailers),
        })
    }

    /// Keeps the frame that comes next: how long it is.
    pub(super) fn keep(&mut self, frame: &Frame<Bytes>) -> usize {
        let kept = match (frame.data_ref(), frame.trailers_ref()) {
            (Some(data), _) => Kept::Data(data.clone()),
            (None, trailers) => Kept::Trailers(trailers.cloned().unwrap_or_default()),
        };
        let added = kept.len();
        self.bytes += added;
        self.kept.push_back(kept);
        added
    }

    /// The frame that comes next is not kept: nobody else reads any more.
    pub(super) const fn passed(&mut self) {
        self.start += 1;
    }

    /// Lets go of what comes before this place: how long it was.
    pub(super) fn release(&mut self, upto: usize) -> usize {
        let before = self.bytes;
        while self.start < upto {
            let Some(kept) = self.kept.pop_front() else {
                break;
            };
            self.start += 1;
            self.bytes -= kept.len();
        }
        before - self.bytes
    }

    /// How long the kept frames are from this place on.
    pub(super) fn bytes_from(&self, at: usize) -> u64 {
        let skipped = at.saturating_sub(self.start);
        let rest: usize = self.kept.iter().skip(skipped).map(Kept::len).sum();
        u64::try_from(rest).unwrap_or(u64::MAX)
    }

    /// Whether nothing that is kept is left from this place on.
    pub(super) fn is_after(&self, at: usize) -> bool {
        at >= self.start + self.kept.len()
    }
}

/// How far an attempt has read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) attempt: u32,
    /// The frame that comes next.
    pub(super) at: usize,
    /// Whether its body is there and has not come to its end.
    pub(super) open: bool,
    /// Whether its body was asked for anything.
    pub(super) polled: bool,
    pub(super) given_up: bool,
    /// Whether it is read by its request's own future.
    pub(super) within: bool,
    /// Who waits until it is closed.
    pub(super) farewell: Option<Waker>,
}

impl Reading {
    pub(super) const fn of(attempt: u32) -> Self {
        Self {
            attempt,
            at: 0,
            open: true,
            polled: false,
            given_up: false,
            within: false,
            farewell: None,
        }
    }

    /// Its body has come to its end, or is gone.
    pub(super) fn close(&mut self) {
        self.open = false;
        if let Some(waits) = self.farewell.take() {
            waits.wake();
        }
    }
}

/// The error of the caller's own body, for each attempt that comes to it.
#[derive(Clone, Debug)]
pub(super) struct End(Arc<dyn std::error::Error + Send + Sync>);

impl End {
    #[allow(clippy::unnecessary_wraps, reason = "an end without an error is none")]
    pub(super) fn by(error: impl Into<BoxError>) -> Option<Self> {
        Some(Self(error.into().into()))
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request failed")
    }
}

impl std::error::Error for End {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}
