//! What a call costs: nothing that the same loop by hand would not.

#[path = "support/counted.rs"]
mod counted;
#[path = "support/look_on.rs"]
mod look_on;
mod support;

use allocation_counter::{AllocationInfo, measure};
use look_on::a_test_can_look_on;
use retry_runtime::{Verdict, retry};
use std::future::{Future, Ready, ready};
use std::mem::size_of_val;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use support::{Calls, Fault};

/// Runs a future that waits for nothing, without any runtime.
fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("waits for something"),
    }
}

fn assert_no_allocation(what: &str, call: impl FnOnce()) {
    let AllocationInfo { count_total, .. } = measure(call);
    assert_eq!(count_total, 0, "{what}");
}

/// The same of calls with failures. Where those are counted, it is for that.
fn assert_no_allocation_on_failure(what: &str, call: impl FnOnce()) {
    let AllocationInfo { count_total, .. } = measure(call);
    assert!(
        count_total == 0 || counted::failures_are_counted(),
        "{what}: {count_total}"
    );
}

#[retry]
async fn by_default(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(backoff = none)]
async fn without_delay(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(backoff = none, sleep = support::skip)]
fn sync(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(
    max = retries,
    backoff = none,
    timeout = None::<std::time::Duration>,
    on = |_| Verdict::transient(),
    on_ok = |number| *number == 0,
    attempt = at,
    before_retry = |_| (),
    name = "all",
)]
async fn with_options(calls: &Calls, failures: u32, retries: u32) -> Result<u32, Fault> {
    assert_eq!(at.number(), calls.count() + 1);
    calls.fail_first(failures)
}

/// The measure works: it sees one allocation.
#[test]
fn an_allocation_would_be_seen() {
    let info = measure(|| drop(std::hint::black_box(Box::new(1))));
    assert_eq!(info.count_total, 1);
}

#[test]
fn a_successful_call_allocates_nothing() {
    let calls = Calls::new();
    assert_no_allocation("default", || assert_eq!(run(by_default(&calls, 0)), Ok(1)));
    assert_no_allocation("sync", || assert_eq!(sync(&calls, 0), Ok(2)));
    let calls = Calls::new();
    assert_no_allocation("options", || {
        assert_eq!(run(with_options(&calls, 0, 3)), Ok(1));
    });
}

/// The very first failure of the process too.
#[test]
fn a_failing_call_allocates_nothing() {
    let calls = Calls::new();
    assert_no_allocation_on_failure("async", || {
        assert_eq!(run(without_delay(&calls, 9)), Err(Fault::Down(4)));
    });
    let calls = Calls::new();
    assert_no_allocation_on_failure("sync", || assert_eq!(sync(&calls, 9), Err(Fault::Down(4))));
    let calls = Calls::new();
    assert_no_allocation_on_failure("three failures, then success", || {
        assert_eq!(run(with_options(&calls, 3, 3)), Ok(4));
    });
}

/// It has no `Clone`: that this compiles says that nothing is cloned.
struct Order {
    id: String,
}

#[retry(backoff = none)]
async fn owned(order: Order, items: Vec<Order>, calls: &Calls) -> Result<usize, Fault> {
    calls.fail_first(3)?;
    Ok(order.id.len() + items.len())
}

#[test]
fn nothing_is_cloned() {
    let order = || Order {
        id: "order".to_owned(),
    };
    let (first, items) = (order(), vec![order()]);
    let calls = Calls::new();
    assert_no_allocation_on_failure("owned arguments", || {
        assert_eq!(run(owned(first, items, &calls)), Ok(6));
    });
}

/// Counts its clones, in place of failing to have any.
struct Counted<'a>(&'a Calls);

impl Clone for Counted<'_> {
    fn clone(&self) -> Self {
        self.0.next();
        Counted(self.0)
    }
}

#[retry(backoff = none)]
async fn could_clone(argument: Counted<'_>, calls: &Calls) -> Result<u32, Fault> {
    assert_eq!(argument.0.count(), 0);
    calls.fail_first(3)
}

#[test]
fn nothing_is_cloned_that_could_be() {
    let clones = Calls::new();
    assert_eq!(run(could_clone(Counted(&clones), &Calls::new())), Ok(4));
    assert_eq!(clones.count(), 0);
}

/// Whether `call` leaves the thread's random numbers as they were.
fn draws_nothing(call: impl FnOnce()) -> bool {
    fastrand::seed(7);
    let expected = fastrand::u64(..);
    fastrand::seed(7);
    call();
    fastrand::u64(..) == expected
}

#[retry(sleep = support::skip)]
fn jittered(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(sleep = support::skip, jitter = none)]
fn exact(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[test]
fn a_successful_call_draws_no_random_number() {
    assert!(draws_nothing(|| drop(run(by_default(&Calls::new(), 0)))));
    assert!(draws_nothing(|| drop(jittered(&Calls::new(), 0))));
    // The numbers are drawn where this looks: jitter takes one.
    assert!(!draws_nothing(|| drop(jittered(&Calls::new(), 1))));
    assert!(draws_nothing(|| drop(exact(&Calls::new(), 9))));
}

/// On a runtime whose timers panic when they are touched, as on none at all, a
/// call that does not wait succeeds: it makes no timer.
#[test]
fn a_call_without_a_delay_touches_no_timer() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let calls = Calls::new();
    assert_eq!(runtime.block_on(by_default(&calls, 0)), Ok(1));
    assert_eq!(runtime.block_on(without_delay(&calls, 4)), Ok(5));
    assert_eq!(run(by_default(&Calls::new(), 0)), Ok(1));
}

#[test]
#[should_panic(expected = "timers are disabled")]
fn a_timer_would_be_noticed() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let _ = runtime.block_on(by_default(&Calls::new(), 1));
}

/// A service whose answer takes some room while it is waited for.
fn ask(calls: &Calls, request: [u64; 8]) -> Ready<Result<u32, Fault>> {
    ready(match request[0] {
        0 => calls.fail(),
        _ => Ok(1),
    })
}

#[retry]
async fn retried(calls: &Calls, request: [u64; 8]) -> Result<u32, Fault> {
    ask(calls, request).await
}

/// The same by hand, jitter and classification left out in favour of it.
async fn by_hand(calls: &Calls, request: [u64; 8]) -> Result<u32, Fault> {
    let mut retries = 0;
    let mut delay = support::ms(100);
    loop {
        match ask(calls, request).await {
            Err(Fault::Down(_)) if retries < 3 => {
                tokio::time::sleep(delay).await;
                delay = delay.mul_f64(1.5);
                retries += 1;
            }
            outcome => return outcome,
        }
    }
}

#[test]
fn the_future_is_no_larger_than_by_hand() {
    if a_test_can_look_on() {
        return;
    }
    let calls = Calls::new();
    let (retried, by_hand) = (retried(&calls, [0; 8]), by_hand(&calls, [0; 8]));
    assert!(
        size_of_val(&retried) <= size_of_val(&by_hand),
        "{} bytes, and {} by hand",
        size_of_val(&retried),
        size_of_val(&by_hand)
    );
}
