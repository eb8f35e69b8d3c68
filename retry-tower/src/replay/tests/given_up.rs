//! Who is woken, and by what an attempt is known, once the call is committed to one or
//! another is given up.

use super::*;

/// Counts how often it wakes.
fn counting() -> (Arc<Count>, Waker) {
    let count = Arc::new(Count(AtomicU32::new(0)));
    let waker = Waker::from(Arc::clone(&count));
    (count, waker)
}

fn woken(count: &Count) -> u32 {
    count.0.swap(0, Relaxed)
}

/// Waits for the next frame with this waker.
fn waits<B>(body: &mut ReplayBody<B>, waker: &Waker) -> bool
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let cx = &mut Context::from_waker(waker);
    Pin::new(body).poll_frame(cx).is_pending()
}

#[test]
fn a_reader_that_is_given_up_is_woken_and_alone() {
    let (_feed, replay, _) = fed(100, 100);
    let (reader, mut first) = replay.read(1);
    let (_, mut second) = replay.read(2);
    let (of_first, waker) = counting();
    assert!(waits(&mut first, &waker));
    let (of_second, waker) = counting();
    assert!(waits(&mut second, &waker));
    assert!(replay.give_up(reader));
    assert_eq!((woken(&of_first), woken(&of_second)), (1, 0));
    assert!(next(&mut first).starts_with('!'));
    assert_eq!(next(&mut second), ".");
}

#[test]
fn commitment_wakes_the_readers_and_who_waits_for_it() {
    let (_feed, replay, _) = fed(100, 100);
    let (reader, _first) = replay.read(7);
    let (_, mut second) = replay.read(8);
    let (of_second, waker) = counting();
    assert!(waits(&mut second, &waker));
    let (early, waker) = counting();
    assert_eq!(replay.committed(&Context::from_waker(&waker)), None);
    let (driver, waker) = counting();
    assert_eq!(replay.committed(&Context::from_waker(&waker)), None);
    assert!(!replay.is_committed());
    assert!(replay.commit(reader));
    assert!(replay.is_committed());
    assert_eq!(woken(&of_second), 1);
    assert_eq!(
        (woken(&early), woken(&driver)),
        (0, 1),
        "who asked last waits"
    );
    assert_eq!(replay.committed(&Context::from_waker(&waker)), Some(7));
}

/// It waits again with another waker: the one before may be that of a task that is gone.
#[test]
fn a_reader_waits_with_the_waker_that_it_brought_last() {
    let (feed, replay, _) = fed(100, 100);
    let (_, mut body) = replay.read(1);
    let (before, waker) = counting();
    assert!(waits(&mut body, &waker));
    let (after, waker) = counting();
    assert!(waits(&mut body, &waker));
    send(&feed, "a");
    assert_eq!((woken(&before), woken(&after)), (0, 1));
    assert_eq!(next(&mut body), "a");
}

/// Has its frame when it is asked for the second time, and wakes nobody.
struct Late(u32);

impl Body for Late {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0 += 1;
        match self.0 {
            1 => Poll::Pending,
            2 => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"a"))))),
            _ => Poll::Ready(None),
        }
    }
}

#[test]
fn a_frame_that_one_has_read_wakes_the_others() {
    let replay = Replay::new(Late(0), Arc::new(Pool::new(100, 100)));
    let (_, mut first) = replay.read(1);
    let (_, mut second) = replay.read(2);
    let (of_first, waker) = counting();
    assert!(waits(&mut first, &waker));
    assert_eq!(next(&mut second), "a");
    assert_eq!(woken(&of_first), 1);
    assert_eq!(next(&mut first), "a");
    assert_eq!(woken(&of_first), 0);
}

#[test]
fn a_body_that_is_dropped_is_woken_no_more() {
    let (feed, replay, _) = fed(100, 100);
    let (reader, mut first) = replay.read(1);
    let (_, mut second) = replay.read(2);
    let (of_first, waker) = counting();
    assert!(waits(&mut first, &waker));
    let (of_second, waker) = counting();
    assert!(waits(&mut second, &waker));
    let cx = &Context::from_waker(Waker::noop());
    assert!(replay.poll_closed(reader, cx).is_pending());
    drop(first);
    assert!(replay.poll_closed(reader, cx).is_ready());
    send(&feed, "a");
    assert_eq!((woken(&of_first), woken(&of_second)), (0, 1));
}

#[test]
fn who_waits_for_the_end_of_a_body_is_woken_by_it() {
    let (feed, replay, _) = fed(100, 100);
    let (reader, mut body) = replay.read(1);
    let (count, waker) = counting();
    let cx = &Context::from_waker(&waker);
    assert!(replay.poll_closed(reader, cx).is_pending());
    send(&feed, "a");
    assert_eq!(next(&mut body), "a");
    assert_eq!(woken(&count), 0);
    drop(feed);
    assert_eq!(next(&mut body), "-");
    assert_eq!(woken(&count), 1);
    assert!(replay.poll_closed(reader, cx).is_ready());
}

#[cfg(feature = "http")]
#[test]
fn an_attempt_is_known_by_its_number_and_the_newest_of_it_counts() {
    let (feed, replay, _) = fed(100, 100);
    let (_, mut older) = replay.read(3);
    let (_, mut newer) = replay.read(3);
    let (_, mut other) = replay.read(4);
    replay.commit_to(9);
    assert!(!replay.is_committed(), "nobody has that number");
    replay.commit_to(3);
    send(&feed, "a");
    assert!(next(&mut older).starts_with('!'));
    assert!(next(&mut other).starts_with('!'));
    assert_eq!(next(&mut newer), "a");
}

#[cfg(feature = "http")]
#[test]
fn an_attempt_is_left_unless_the_call_is_committed_to_it() {
    let (feed, replay, _) = fed(100, 100);
    let (winner, mut first) = replay.read(1);
    let (_, mut second) = replay.read(2);
    let (count, waker) = counting();
    assert!(waits(&mut second, &waker));
    assert!(replay.leave(9), "nobody has that number");
    assert!(replay.leave(2));
    assert_eq!(woken(&count), 1);
    assert!(next(&mut second).starts_with('!'));
    assert!(replay.commit(winner));
    assert!(!replay.leave(1));
    send(&feed, "a");
    assert_eq!(next(&mut first), "a");
}

/// One whose frames are at their limit is not committed yet.
#[test]
fn as_many_bytes_as_the_limits_allow_are_kept() {
    let (feed, replay, pool) = fed(4, 4);
    let (_, mut body) = replay.read(1);
    send(&feed, "ab");
    send(&feed, "cd");
    assert_eq!([next(&mut body), next(&mut body)], ["ab", "cd"]);
    assert_eq!((replay.is_committed(), pool.kept()), (false, 4));
    send(&feed, "e");
    assert_eq!(next(&mut body), "e");
    assert_eq!((replay.is_committed(), pool.kept()), (true, 0));
}

#[test]
fn the_length_of_what_is_left_is_told_from_where_the_reader_is() {
    let frames = ["abc", "de"].map(|text| Frame::data(Bytes::from(text)));
    let replay = Replay::new(
        Framed(VecDeque::from(frames)),
        Arc::new(Pool::new(100, 100)),
    );
    let (_, mut first) = replay.read(1);
    assert_eq!([next(&mut first), next(&mut first)], ["abc", "de"]);
    assert_eq!(next(&mut first), "-");
    let (_, mut second) = replay.read(2);
    assert_eq!(second.size_hint().exact(), Some(5));
    assert_eq!(next(&mut second), "abc");
    assert_eq!(second.size_hint().exact(), Some(2));
    assert!(!second.is_end_stream());
    assert_eq!(next(&mut second), "de");
    assert_eq!(second.size_hint().exact(), Some(0));
    assert!(second.is_end_stream());
}
