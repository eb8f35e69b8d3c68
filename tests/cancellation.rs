//! Dropping the future stops everything: attempt, delay, hook. Nothing more is
//! called.

mod support;

use retry_runtime::retry;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use support::{Calls, Fault, ms};

thread_local! {
    static TRACE: Trace = Trace::default();
}

/// What was begun, in order, and how much of it is still there.
#[derive(Default)]
struct Trace {
    begun: RefCell<Vec<&'static str>>,
    alive: Cell<u32>,
}

/// Something that takes two polls, and says when it is let go.
struct Step {
    polls: u32,
}

impl Step {
    fn begin(what: &'static str) -> Self {
        TRACE.with(|trace| {
            trace.begun.borrow_mut().push(what);
            trace.alive.set(trace.alive.get() + 1);
        });
        Step { polls: 0 }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        TRACE.with(|trace| trace.alive.set(trace.alive.get() - 1));
    }
}

impl Future for Step {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.polls += 1;
        if self.polls > 1 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

fn begun() -> Vec<&'static str> {
    TRACE.with(|trace| trace.begun.borrow().clone())
}

fn alive() -> u32 {
    TRACE.with(|trace| trace.alive.get())
}

fn wait(_: Duration) -> Step {
    Step::begin("delay")
}

#[retry(max = 2, budget = none, sleep = wait, before_retry = |_| Step::begin("hook"), on = |_| { log("on"); true })]
async fn every_stage(last: Result<u32, Fault>) -> Result<u32, Fault> {
    Step::begin("attempt").await;
    last.clone()
}

/// The same under limits, whose timers are there as long as what they limit.
#[retry(
    max = 2,
    budget = none,
    sleep = Timer::new,
    backoff = fixed(1s),
    timeout = 1h,
    deadline = 2h,
    before_retry = |_| Step::begin("hook"),
    on = |_| { log("on"); true },
)]
async fn limited(last: Result<u32, Fault>) -> Result<u32, Fault> {
    Step::begin("attempt").await;
    last.clone()
}

/// Never rings for a limit, and for a delay like [`wait`].
struct Timer(
    Option<Step>,
    #[allow(dead_code, reason = "counted as alive")] Rc<()>,
);

thread_local! {
    static TIMERS: Rc<()> = Rc::default();
}

impl Timer {
    fn new(wait: Duration) -> Self {
        let is_delay = wait <= Duration::from_secs(1);
        Timer(
            is_delay.then(|| Step::begin("delay")),
            TIMERS.with(Rc::clone),
        )
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            Some(step) => Pin::new(step).poll(cx),
            None => Poll::Pending,
        }
    }
}

fn log(what: &'static str) {
    TRACE.with(|trace| trace.begun.borrow_mut().push(what));
}

const FAILED: Result<u32, Fault> = Err(Fault::Down(0));
const STAGES: [&str; 10] = [
    "attempt", "on", "delay", "hook", "attempt", "on", "delay", "hook", "attempt", "on",
];

/// Drops a call after each number of polls that it can be dropped after. Each
/// of its stages is waited for once: seven polls leave it waiting, the eighth
/// ends it.
fn drop_after_every_poll<F: Future<Output = Result<u32, Fault>>>(
    call: fn(Result<u32, Fault>) -> F,
) {
    let mut cx = Context::from_waker(Waker::noop());
    for polls in 0..=7 {
        TRACE.with(|trace| trace.begun.borrow_mut().clear());
        let before = {
            let mut call = pin!(call(FAILED));
            // Nothing runs before the first poll.
            assert!(begun().is_empty());
            for _ in 0..polls {
                assert!(call.as_mut().poll(&mut cx).is_pending());
            }
            begun()
        };
        assert_eq!(begun(), before, "dropping begins nothing");
        assert_eq!(alive(), 0, "all that was begun is let go");
        assert_eq!(TIMERS.with(Rc::strong_count), 1, "timers too");
        assert_eq!(before, STAGES[..before.len()]);
    }
    let mut call = pin!(call(FAILED));
    TRACE.with(|trace| trace.begun.borrow_mut().clear());
    for _ in 0..7 {
        assert!(call.as_mut().poll(&mut cx).is_pending());
    }
    assert_eq!(call.as_mut().poll(&mut cx), Poll::Ready(FAILED));
    assert_eq!(begun(), STAGES);
}

#[test]
fn a_call_can_be_dropped_at_every_poll() {
    drop_after_every_poll(every_stage);
}

#[test]
fn a_call_under_limits_can_be_dropped_at_every_poll() {
    drop_after_every_poll(limited);
}

#[retry(budget = none)]
async fn down(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    tokio::time::sleep(ms(10)).await;
    calls.next();
    Err(Fault::Down(0))
}

/// The world goes on for a minute: nothing of a dropped call does.
#[tokio::test(start_paused = true)]
async fn nothing_more_is_called_later() {
    for after in [0, 5, 15, 40, 90, 130, 200] {
        let calls = Calls::new();
        let call = tokio::time::timeout(ms(after), down(&calls));
        assert!(
            call.await.is_err(),
            "four attempts and three delays take longer"
        );
        let count = calls.count();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(calls.count(), count, "after {after} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn an_aborted_task_calls_nothing_more() {
    let calls = std::sync::Arc::new(Calls::new());
    let shared = std::sync::Arc::clone(&calls);
    let task = tokio::spawn(async move { down(&shared).await });
    tokio::time::sleep(ms(20)).await;
    task.abort();
    assert!(task.await.is_err_and(|error| error.is_cancelled()));
    let count = calls.count();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(calls.count(), count);
}

#[retry(sleep = wait)]
async fn waiting(calls: &Calls) -> Result<u32, Fault> {
    if calls.next() > 1 {
        Step::begin("attempt").await;
    }
    Err(Fault::Down(0))
}

/// A call that is dropped in a retry leaves no mark of it behind: calls that
/// come after it are retried as ever.
#[test]
fn a_retry_that_is_dropped_does_not_count_as_an_outer_one() {
    let calls = Calls::new();
    {
        let mut cx = Context::from_waker(Waker::noop());
        let mut call = pin!(waiting(&calls));
        for _ in 0..2 {
            assert!(call.as_mut().poll(&mut cx).is_pending());
        }
    }
    assert_eq!(calls.count(), 2, "dropped in its second attempt");
    let calls = Calls::new();
    assert_eq!(sync(&calls), Err(Fault::Down(4)));
}

#[retry(sleep = support::skip)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}
