//! What was read of a body, and who has read how far.

use crate::BoxError;
use crate::within_request::is_within_a_request;
use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// The frames from `start` on. Once the call is committed no more are added: nobody else
/// reads them.
#[derive(Default)]
pub(super) struct Frames {
    kept: VecDeque<KeptFrame>,
    start: usize,
    /// How long the kept ones are together.
    pub(super) bytes: usize,
    /// How the body ended, once it has.
    pub(super) end: Option<End>,
}

#[derive(Clone)]
enum KeptFrame {
    Data(Bytes),
    /// Apart, since most calls have none and keep many frames.
    Trailers(Box<HeaderMap>),
}

impl KeptFrame {
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
            KeptFrame::Data(data) => Frame::data(data),
            KeptFrame::Trailers(trailers) => Frame::trailers(*trailers),
        })
    }

    /// Keeps the frame that comes next: how long it is.
    pub(super) fn keep(&mut self, frame: &Frame<Bytes>) -> usize {
        let kept = match (frame.data_ref(), frame.trailers_ref()) {
            (Some(data), _) => KeptFrame::Data(data.clone()),
            (None, trailers) => {
                KeptFrame::Trailers(Box::new(trailers.cloned().unwrap_or_default()))
            }
        };
        let added = kept.len();
        self.bytes += added;
        self.kept.push_back(kept);
        added
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
        let rest: usize = self.kept.iter().skip(skipped).map(KeptFrame::len).sum();
        u64::try_from(rest).unwrap_or(u64::MAX)
    }

    /// Whether trailers are kept: they are the last of a body.
    pub(super) fn has_trailers(&self) -> bool {
        matches!(self.kept.back(), Some(KeptFrame::Trailers(_)))
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
    pub(super) given_up: bool,
    body: BodyIs,
    /// Who waits until it is closed.
    farewell: Option<Waker>,
}

/// What has become of an attempt's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyIs {
    /// Nobody has asked it for anything.
    Unread,
    /// The task of a connection reads it.
    Read,
    /// Its request's own future reads it.
    ReadWithin,
    /// It has come to its end, or was dropped.
    Closed,
}

impl Reading {
    pub(super) const fn of(attempt: u32) -> Self {
        Self {
            attempt,
            at: 0,
            given_up: false,
            body: BodyIs::Unread,
            farewell: None,
        }
    }

    /// Its body is asked for more.
    pub(super) fn polled(&mut self) {
        if is_within_a_request() {
            self.body = BodyIs::ReadWithin;
        } else if self.body == BodyIs::Unread {
            self.body = BodyIs::Read;
        }
    }

    /// Its body has come to its end, or is gone.
    pub(super) fn close(&mut self) {
        self.body = BodyIs::Closed;
        if let Some(waits) = self.farewell.take() {
            waits.wake();
        }
    }

    /// Whether somebody is in the middle of sending it.
    pub(super) const fn is_under_way(&self) -> bool {
        matches!(self.body, BodyIs::Read | BodyIs::ReadWithin)
    }

    pub(super) fn is_read_within(&self) -> bool {
        self.body == BodyIs::ReadWithin
    }

    pub(super) fn poll_closed(&mut self, cx: &Context<'_>) -> Poll<()> {
        if self.body == BodyIs::Closed {
            return Poll::Ready(());
        }
        self.farewell = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// How the body of the caller's request ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    Complete,
    Failed(Failed),
    /// It is asked for more, which it has not survived.
    Panicked,
}

impl End {
    pub(super) fn by(error: impl Into<BoxError>) -> Self {
        Self::Failed(Failed(error.into().into()))
    }

    pub(super) fn error(&self) -> Option<BoxError> {
        match self {
            Self::Complete => None,
            Self::Failed(error) => Some(error.clone().into()),
            Self::Panicked => Some(Panicked.into()),
        }
    }

    pub(super) const fn is_failure(&self) -> bool {
        !matches!(self, Self::Complete)
    }
}

/// The error of the caller's own body, for each attempt that comes to it.
#[derive(Clone, Debug)]
pub(super) struct Failed(Arc<dyn std::error::Error + Send + Sync>);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request failed")
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

/// The same where it has panicked.
#[derive(Clone, Copy, Debug)]
struct Panicked;

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request panicked")
    }
}

impl std::error::Error for Panicked {}
