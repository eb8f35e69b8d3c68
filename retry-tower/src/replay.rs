//! A request body that several attempts read: what was read is kept until the call is
//! committed to one of them.

mod body;
mod frames;

pub use body::ReplayBody;

use crate::BoxError;
use bytes::Bytes;
use frames::{End, Frames, Reading};
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

/// How many bytes may be kept.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Of one call.
    pub(crate) call: usize,
    /// Of all calls together.
    pub(crate) all: usize,
    kept: AtomicUsize,
}

impl Pool {
    pub(crate) const fn new(call: usize, all: usize) -> Self {
        Self {
            call,
            all,
            kept: AtomicUsize::new(0),
        }
    }

    /// How many bytes all calls keep now.
    #[cfg(any(test, feature = "grpc"))]
    pub(crate) fn kept(&self) -> usize {
        self.kept.load(Relaxed)
    }
}

/// The body of one call's request.
pub(crate) struct Replay<B> {
    state: Mutex<State<B>>,
    readers: Arc<Readers>,
    /// Wakes all of them.
    waker: Waker,
    pool: Arc<Pool>,
}

struct State<B> {
    /// None at its end.
    source: Option<Pin<Box<B>>>,
    frames: Frames,
    /// The reader that alone goes on, once there is one.
    committed: Option<usize>,
    /// By their places.
    readings: Vec<Reading>,
    /// Who wants to know of the commitment.
    driver: Option<Waker>,
}

/// Which attempt reads, and what it is called here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader(usize);

impl<B> Replay<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    pub(crate) fn new(source: B, pool: Arc<Pool>) -> Arc<Self> {
        let readers = Arc::new(Readers::default());
        Arc::new(Self {
            state: Mutex::new(State {
                source: Some(Box::pin(source)),
                frames: Frames::default(),
                committed: None,
                readings: Vec::new(),
                driver: None,
            }),
            waker: Waker::from(Arc::clone(&readers)),
            readers,
            pool,
        })
    }

    /// A body that reads from the beginning, for this attempt.
    pub(crate) fn read(self: &Arc<Self>, attempt: u32) -> (Reader, ReplayBody<B>) {
        let mut state = lock(&self.state);
        let reader = Reader(state.readings.len());
        state.readings.push(Reading::of(attempt));
        drop(state);
        (reader, ReplayBody::new(Arc::clone(self), reader))
    }

    fn poll_frame(
        &self,
        reader: Reader,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut news = false;
        let polled = self.poll_locked(&mut lock(&self.state), reader, cx, &mut news);
        if news {
            // There is a frame for the others, or they have to go.
            self.waker.wake_by_ref();
        }
        polled
    }

    fn poll_locked(
        &self,
        state: &mut State<B>,
        reader: Reader,
        cx: &mut Context<'_>,
        news: &mut bool,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if state.is_over(reader) {
            state.readings[reader.0].close();
            return Poll::Ready(Some(Err(GivenUp.into())));
        }
        let State {
            frames, readings, ..
        } = state;
        let reading = &mut readings[reader.0];
        reading.polled();
        if let Some(frame) = frames.get(reading.at) {
            reading.at += 1;
            if state.committed.is_some() {
                let at = reading.at;
                self.release(&mut state.frames, at);
            }
            return Poll::Ready(Some(Ok(frame)));
        }
        if let Some(end) = &frames.end {
            reading.close();
            return Poll::Ready(end.error().map(Err));
        }
        let polled = ready!(self.poll_source(state, reader, cx));
        *news = true;
        let frame = match polled {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return state.ended(reader, End::by(error)),
            None => return state.ended(reader, End::Complete),
        };
        if frame.data_ref().is_some_and(Bytes::is_empty) {
            // It says nothing, and a limit of bytes would let any number of them be kept.
            return Poll::Ready(Some(Ok(frame)));
        }
        if state.committed.is_none() {
            let added = state.frames.keep(&frame);
            let all = self
                .pool
                .kept
                .fetch_add(added, Relaxed)
                .saturating_add(added);
            if state.frames.bytes > self.pool.call || all > self.pool.all {
                // Whoever asks the source is the one that is furthest ahead.
                self.commit_locked(state, reader);
            }
        }
        state.readings[reader.0].at += 1;
        if state.committed.is_some() {
            let at = state.readings[reader.0].at;
            self.release(&mut state.frames, at);
        }
        Poll::Ready(Some(Ok(frame)))
    }

    #[allow(clippy::type_complexity, reason = "what a body returns")]
    fn poll_source(
        &self,
        state: &mut State<B>,
        reader: Reader,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        // Registered first: a wake between the two is not lost.
        self.readers.register(reader, cx.waker());
        let Some(source) = &mut state.source else {
            return Poll::Ready(None);
        };
        // It stays so where the source panics: polled once more, it might well be at its end,
        // and a part of the request be taken for the whole.
        state.frames.end = Some(End::Panicked);
        let polled = source
            .as_mut()
            .poll_frame(&mut Context::from_waker(&self.waker));
        state.frames.end = None;
        polled
    }

    fn size_hint(&self, reader: Reader) -> SizeHint {
        let state = lock(&self.state);
        if state.has_failed() || state.is_over(reader) {
            // A length of what is kept, which is 0 at its end, would make a complete, shorter
            // request of one that is given up, or that the caller's own body has failed.
            return SizeHint::new();
        }
        let rest = state.frames.bytes_from(state.readings[reader.0].at);
        let source = match &state.source {
            Some(source) => source.size_hint(),
            None => SizeHint::with_exact(0),
        };
        let mut hint = SizeHint::new();
        hint.set_lower(source.lower().saturating_add(rest));
        // A length that is told leaves no room for trailers in HTTP/1.
        if let Some(upper) = source.upper().filter(|_| !state.frames.has_trailers()) {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }

    fn is_end_stream(&self, reader: Reader) -> bool {
        let state = lock(&self.state);
        if state.is_over(reader) || !state.frames.is_after(state.readings[reader.0].at) {
            return false;
        }
        match (&state.frames.end, &state.source) {
            (Some(end), _) => matches!(end, End::Complete),
            (None, Some(source)) => source.is_end_stream(),
            (None, None) => true,
        }
    }
}

impl<B> Replay<B> {
    /// The same as [`commit`](Self::commit), by the number of the attempt that has won.
    #[cfg(feature = "http")]
    pub(crate) fn commit_to(&self, attempt: u32) {
        let reader = lock(&self.state).reader_of(attempt);
        if let Some(reader) = reader {
            self.commit(reader);
        }
    }

    /// Gives up the attempt of this number, unless the call is committed to it: says
    /// whether it is not.
    #[cfg(feature = "http")]
    pub(crate) fn leave(&self, attempt: u32) -> bool {
        let mut state = lock(&self.state);
        let Some(reader) = state.reader_of(attempt) else {
            return true;
        };
        if state.committed == Some(reader.0) {
            return false;
        }
        state.readings[reader.0].given_up = true;
        drop(state);
        self.readers.wake_one(reader);
        true
    }

    /// Only this reader goes on, and nothing is kept for others any more. Says whether it
    /// is so: another one may have been first.
    pub(crate) fn commit(&self, reader: Reader) -> bool {
        let mut state = lock(&self.state);
        if state.committed.is_none() {
            self.commit_locked(&mut state, reader);
        }
        let won = state.committed == Some(reader.0);
        drop(state);
        self.waker.wake_by_ref();
        won
    }

    fn commit_locked(&self, state: &mut State<B>, reader: Reader) {
        state.committed = Some(reader.0);
        let at = state.readings[reader.0].at;
        self.release(&mut state.frames, at);
        if let Some(driver) = state.driver.take() {
            driver.wake();
        }
    }

    /// The attempt that the call is committed to; until there is one, it wakes the task
    /// when there is.
    pub(crate) fn committed(&self, cx: &Context<'_>) -> Option<u32> {
        let mut state = lock(&self.state);
        if let Some(winner) = state.committed {
            return Some(state.readings[winner].attempt);
        }
        match &mut state.driver {
            Some(driver) => driver.clone_from(cx.waker()),
            None => state.driver = Some(cx.waker().clone()),
        }
        None
    }

    /// Whether the call goes on with one attempt alone.
    #[cfg(any(test, feature = "grpc"))]
    pub(crate) fn is_committed(&self) -> bool {
        lock(&self.state).committed.is_some()
    }

    /// The reader's body ends in an error. Says whether somebody has begun to send it and
    /// has to be told by that.
    pub(crate) fn give_up(&self, reader: Reader) -> bool {
        let mut state = lock(&self.state);
        let reading = &mut state.readings[reader.0];
        reading.given_up = true;
        let told = reading.is_under_way();
        drop(state);
        self.readers.wake_one(reader);
        told
    }

    /// Until the reader's body has come to its end, its error included, or was dropped.
    pub(crate) fn poll_closed(&self, reader: Reader, cx: &Context<'_>) -> Poll<()> {
        let mut state = lock(&self.state);
        state.readings[reader.0].poll_closed(cx)
    }

    /// Whether the reader's body is read by its request's own future.
    pub(crate) fn is_read_within(&self, reader: Reader) -> bool {
        lock(&self.state).readings[reader.0].is_read_within()
    }

    /// Whether the caller's own body has failed.
    pub(crate) fn has_failed(&self) -> bool {
        lock(&self.state).has_failed()
    }

    fn closed(&self, reader: Reader) {
        lock(&self.state).readings[reader.0].close();
        self.readers.forget(reader);
    }

    fn release(&self, frames: &mut Frames, upto: usize) {
        let released = frames.release(upto);
        self.pool.kept.fetch_sub(released, Relaxed);
    }
}

impl<B> Drop for Replay<B> {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.pool.kept.fetch_sub(state.frames.bytes, Relaxed);
    }
}

impl<B> State<B> {
    fn ended(&mut self, reader: Reader, end: End) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.source = None;
        self.readings[reader.0].close();
        let error = end.error();
        self.frames.end = Some(end);
        Poll::Ready(error.map(Err))
    }

    /// The newest reader of this attempt.
    #[cfg(feature = "http")]
    fn reader_of(&self, attempt: u32) -> Option<Reader> {
        let readings = self.readings.iter();
        let at = { readings }.rposition(|reading| reading.attempt == attempt);
        at.map(Reader)
    }

    /// Whether the caller's own body has.
    fn has_failed(&self) -> bool {
        self.frames.end.as_ref().is_some_and(End::is_failure)
    }

    /// Whether the call goes on without this reader.
    fn is_over(&self, reader: Reader) -> bool {
        self.readings[reader.0].given_up || self.committed.is_some_and(|winner| winner != reader.0)
    }
}

/// Wakes every reader that waits for the source: the one whose context the source saw
/// last may be gone by the time that it has something.
#[derive(Default)]
struct Readers(Mutex<Vec<(usize, Waker)>>);

impl Readers {
    fn register(&self, reader: Reader, waker: &Waker) {
        let mut waiting = lock(&self.0);
        match waiting.iter_mut().find(|(waits, _)| *waits == reader.0) {
            Some((_, known)) => known.clone_from(waker),
            None => waiting.push((reader.0, waker.clone())),
        }
    }

    fn forget(&self, reader: Reader) {
        lock(&self.0).retain(|(waits, _)| *waits != reader.0);
    }

    fn wake_one(&self, reader: Reader) {
        let mut waiting = lock(&self.0);
        let at = waiting.iter().position(|(waits, _)| *waits == reader.0);
        let waker = at.map(|at| waiting.swap_remove(at).1);
        drop(waiting);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Wake for Readers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let waiting = std::mem::take(&mut *lock(&self.0));
        for (_, waker) in waiting {
            waker.wake();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What ends the body of an attempt that is given up: a server must not take it for a
/// complete, shorter one. HTTP/2 resets the stream with `INTERNAL_ERROR` by it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenUp;

impl std::fmt::Display for GivenUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this attempt is given up: another one goes on, or the call has ended")
    }
}

impl std::error::Error for GivenUp {}

#[cfg(test)]
mod tests;
