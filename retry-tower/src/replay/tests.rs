use super::*;
use http::HeaderMap;
use http_body::Frame;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::atomic::AtomicU32;
use tokio::sync::mpsc;

mod given_up;

/// Frames that are sent to it.
struct Fed(mpsc::UnboundedReceiver<Result<Bytes, std::io::Error>>);

impl Body for Fed {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.0
            .poll_recv(cx)
            .map(|next| next.map(|next| next.map(Frame::data)))
    }
}

/// These frames, of whatever kind.
struct Framed(VecDeque<Frame<Bytes>>);

impl Body for Framed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

type Feed = mpsc::UnboundedSender<Result<Bytes, std::io::Error>>;

fn fed(call: usize, all: usize) -> (Feed, Arc<Replay<Fed>>, Arc<Pool>) {
    let (feed, source) = mpsc::unbounded_channel();
    let pool = Arc::new(Pool::new(call, all));
    (feed, Replay::new(Fed(source), Arc::clone(&pool)), pool)
}

fn send(feed: &Feed, text: &'static str) {
    feed.send(Ok(Bytes::from_static(text.as_bytes()))).unwrap();
}

/// What the body has now: its text, `-` at its end, `.` where it waits, `!` an error.
fn next<B>(body: &mut ReplayBody<B>) -> String
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    match Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => ".".to_owned(),
        Poll::Ready(None) => "-".to_owned(),
        Poll::Ready(Some(Err(error))) => format!("! {error}"),
        Poll::Ready(Some(Ok(frame))) => {
            String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
        }
    }
}

/// HTTP/1 sends no trailers after a body whose length it has told.
#[test]
fn a_body_with_trailers_is_of_unknown_length() {
    let frames = VecDeque::from([
        Frame::data(Bytes::from("abc")),
        Frame::trailers(HeaderMap::new()),
    ]);
    let replay = Replay::new(Framed(frames), Arc::new(Pool::new(100, 100)));
    let (_, mut first) = replay.read(1);
    let cx = &mut Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(_)) = Pin::new(&mut first).poll_frame(cx) {}
    let (_, mut second) = replay.read(2);
    assert_eq!(
        (second.size_hint().lower(), second.size_hint().upper()),
        (3, None)
    );
    assert_eq!(next(&mut second), "abc");
    assert_eq!(second.size_hint().exact(), None);
    assert!(!second.is_end_stream());
}

/// However many there are: a limit of bytes does not see them.
#[test]
fn frames_without_bytes_are_handed_on_and_not_kept() {
    let (feed, replay, _) = fed(100, 100);
    let (_, mut first) = replay.read(1);
    for text in ["", "a", "", "b"] {
        send(&feed, text);
    }
    drop(feed);
    let all: Vec<_> = (0..5).map(|_| next(&mut first)).collect();
    assert_eq!(all, ["", "a", "", "b", "-"]);
    let (_, mut second) = replay.read(2);
    let all: Vec<_> = (0..3).map(|_| next(&mut second)).collect();
    assert_eq!(all, ["a", "b", "-"]);
}

#[test]
fn every_attempt_reads_all_of_it() {
    let (feed, replay, pool) = fed(100, 100);
    let (_, mut first) = replay.read(1);
    send(&feed, "a");
    send(&feed, "b");
    assert_eq!(
        [next(&mut first), next(&mut first), next(&mut first)],
        ["a", "b", "."]
    );
    let (_, mut second) = replay.read(2);
    assert_eq!(next(&mut second), "a");
    drop(first);
    send(&feed, "c");
    drop(feed);
    assert_eq!(
        [next(&mut second), next(&mut second), next(&mut second)],
        ["b", "c", "-"]
    );
    let (_, mut third) = replay.read(3);
    assert_eq!([next(&mut third), next(&mut third)], ["a", "b"]);
    assert!(!third.is_end_stream());
    assert_eq!(next(&mut third), "c");
    assert!(third.is_end_stream());
    assert_eq!(pool.kept(), 3);
    drop((second, third, replay));
    assert_eq!(pool.kept(), 0, "what is kept is given back");
}

#[test]
fn commitment_lets_go_of_what_was_read_and_ends_the_others() {
    let (feed, replay, pool) = fed(100, 100);
    let (first_reader, mut first) = replay.read(1);
    let (second_reader, mut second) = replay.read(2);
    for text in ["a", "b", "c"] {
        send(&feed, text);
        next(&mut first);
    }
    assert_eq!(next(&mut second), "a");
    assert!(replay.commit(second_reader));
    assert!(!replay.commit(first_reader));
    assert_eq!(pool.kept(), 2, "the winner has `b` and `c` before it");
    assert!(next(&mut first).starts_with("! this attempt is given up"));
    assert_eq!([next(&mut second), next(&mut second)], ["b", "c"]);
    assert_eq!(pool.kept(), 0);
    send(&feed, "d");
    assert_eq!(next(&mut second), "d");
    assert_eq!(pool.kept(), 0, "nothing is kept any more");
    drop(feed);
    assert_eq!(next(&mut second), "-");
}

#[test]
fn what_is_longer_than_the_limit_goes_with_the_attempt_that_is_furthest_ahead() {
    let (feed, replay, pool) = fed(4, 100);
    let (_, mut first) = replay.read(1);
    let (_, mut second) = replay.read(2);
    send(&feed, "abc");
    send(&feed, "de");
    let cx = Context::from_waker(Waker::noop());
    assert_eq!(next(&mut first), "abc");
    assert_eq!(next(&mut second), "abc");
    assert_eq!(replay.committed(&cx), None);
    assert_eq!(next(&mut second), "de");
    assert_eq!(replay.committed(&cx), Some(2));
    assert_eq!(pool.kept(), 0);
    assert!(next(&mut first).starts_with('!'));
}

#[test]
fn all_calls_share_a_limit_too() {
    let pool = Arc::new(Pool::new(100, 5));
    let (feed, source) = mpsc::unbounded_channel();
    let one = Replay::new(Fed(source), Arc::clone(&pool));
    let (other_feed, other_source) = mpsc::unbounded_channel();
    let other = Replay::new(Fed(other_source), Arc::clone(&pool));
    let (_, mut body) = one.read(1);
    let (_, mut other_body) = other.read(1);
    send(&feed, "abcd");
    send(&other_feed, "efgh");
    next(&mut body);
    assert!(!one.is_committed());
    next(&mut other_body);
    assert!(other.is_committed() && !one.is_committed());
    assert_eq!(pool.kept(), 4);
}

#[test]
fn the_callers_own_error_comes_to_every_attempt() {
    let (feed, replay, _) = fed(100, 100);
    let (_, mut first) = replay.read(1);
    send(&feed, "a");
    assert_eq!(next(&mut first), "a");
    assert!(!replay.has_failed());
    feed.send(Err(std::io::Error::other("disk"))).unwrap();
    assert_eq!(next(&mut first), "! the body of the request failed");
    assert!(replay.has_failed());
    let (_, mut second) = replay.read(2);
    assert_eq!(next(&mut second), "a");
    let cx = &mut Context::from_waker(Waker::noop());
    let Poll::Ready(Some(Err(error))) = Pin::new(&mut second).poll_frame(cx) else {
        panic!("it fails");
    };
    let cause = error.source().map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("disk"));
}

/// A server that has answered before knows nothing of it: with the length of what is kept,
/// the next one would be sent that as the whole.
#[test]
fn a_body_that_has_failed_has_no_length() {
    let (feed, replay, _) = fed(100, 100);
    let (_, mut first) = replay.read(1);
    send(&feed, "a");
    feed.send(Err(std::io::Error::other("disk"))).unwrap();
    while !next(&mut first).starts_with('!') {}
    let (_, second) = replay.read(2);
    assert_eq!(second.size_hint().exact(), None);
    assert!(!second.is_end_stream());
}

/// A body that panics in its second frame, and has nothing more to say after that.
struct Panics(Option<&'static str>);

impl Body for Panics {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.0.take().map(|text| Ok(Frame::data(Bytes::from(text))));
        if next.is_none() && !PANICKED.replace(true) {
            std::panic::resume_unwind(Box::new("its own"));
        }
        Poll::Ready(next)
    }
}

thread_local! {
    static PANICKED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// The task of a connection may have died of it, and others go on.
#[test]
fn a_body_that_has_panicked_has_not_ended() {
    let replay = Replay::new(Panics(Some("a")), Arc::new(Pool::new(100, 100)));
    let (_, mut first) = replay.read(1);
    assert_eq!(next(&mut first), "a");
    let asked = std::panic::AssertUnwindSafe(|| next(&mut first));
    assert!(std::panic::catch_unwind(asked).is_err());
    assert!(replay.has_failed());
    let (_, mut second) = replay.read(2);
    assert_eq!(
        [next(&mut second), next(&mut second)],
        ["a", "! the body of the request panicked"]
    );
    assert!(!second.is_end_stream());
}

#[test]
fn who_has_to_be_told_that_an_attempt_is_given_up() {
    let (feed, replay, _) = fed(100, 100);
    let (reader, body) = replay.read(1);
    assert!(!replay.give_up(reader), "nothing of it was read");
    drop(body);
    let (reader, mut body) = replay.read(2);
    assert_eq!(next(&mut body), ".");
    assert!(replay.give_up(reader), "it is being sent");
    assert!(next(&mut body).starts_with('!'));
    assert!(!replay.give_up(reader), "it was told");
    let (reader, mut body) = replay.read(3);
    drop(feed);
    assert_eq!(next(&mut body), "-");
    assert!(!replay.give_up(reader), "it is complete");
}

struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// The source knows one waker: that of whoever asked last, and that one may be gone.
#[test]
fn every_reader_that_waits_is_woken() {
    let (feed, replay, _) = fed(100, 100);
    let (_, mut first) = replay.read(1);
    let (_, mut second) = replay.read(2);
    let count = Arc::new(Count(AtomicU32::new(0)));
    let waker = Waker::from(Arc::clone(&count));
    assert!(
        Pin::new(&mut first)
            .poll_frame(&mut Context::from_waker(&waker))
            .is_pending()
    );
    assert_eq!(next(&mut second), ".");
    drop(second);
    send(&feed, "a");
    assert_eq!(count.0.load(Relaxed), 1);
    assert_eq!(next(&mut first), "a");
}

/// A client may ask for the length of a request that is given up by then: with one of 0 it
/// would send it as a complete one without a body.
#[test]
fn a_body_that_is_given_up_has_no_length_and_no_end() {
    let (feed, replay, _) = fed(100, 100);
    let (winner, mut first) = replay.read(1);
    let (_, second) = replay.read(2);
    send(&feed, "abc");
    drop(feed);
    assert_eq!([next(&mut first), next(&mut first)], ["abc", "-"]);
    assert!(replay.commit(winner));
    assert_eq!(second.size_hint().exact(), None);
    assert!(!second.is_end_stream());
}

#[test]
fn a_body_of_known_length_keeps_it() {
    struct Known(Option<Bytes>);
    impl Body for Known {
        type Data = Bytes;
        type Error = Infallible;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(self.0.take().map(|data| Ok(Frame::data(data))))
        }
        fn is_end_stream(&self) -> bool {
            self.0.is_none()
        }
        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.0.as_ref().map_or(0, |data| data.len() as u64))
        }
    }
    let pool = Arc::new(Pool::new(100, 100));
    let replay = Replay::new(Known(Some(Bytes::from_static(b"abc"))), pool);
    for attempt in 1..3 {
        let (_, mut body) = replay.read(attempt);
        assert_eq!(body.size_hint().exact(), Some(3));
        assert!(!body.is_end_stream());
        assert_eq!(next(&mut body), "abc");
        assert_eq!(body.size_hint().exact(), Some(0));
        assert!(body.is_end_stream());
    }
}

#[test]
fn a_body_is_named_in_debug_output() {
    let (_feed, replay, _) = fed(100, 100);
    let (_, body) = replay.read(1);
    assert_eq!(format!("{body:?}"), "ReplayBody { .. }");
}
