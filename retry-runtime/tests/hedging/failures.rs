//! What is done with the failures of attempts that run side by side: who is told of them, and
//! who is given their errors.

use retry_runtime::{Elapsed, retry};
use std::cell::{Cell, RefCell};
use std::future::pending;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq)]
enum Fault {
    /// Of the attempt with this number.
    Down(u32),
    /// Cut, after that last error of another attempt.
    Late(Option<u32>),
}

impl From<Elapsed> for Fault {
    fn from(_: Elapsed) -> Self {
        Fault::Late(None)
    }
}

fn late(last: Option<Fault>) -> Fault {
    Fault::Late(last.and_then(|last| match last {
        Fault::Down(number) => Some(number),
        Fault::Late(_) => None,
    }))
}

/// The attempts of these numbers fail at once, and the others hang.
struct Service {
    down: &'static [u32],
    asked: Cell<u32>,
}

impl Service {
    fn new(down: &'static [u32]) -> Self {
        let asked = Cell::new(0);
        Self { down, asked }
    }

    async fn answer(&self) -> Result<u32, Fault> {
        let number = self.asked.get() + 1;
        self.asked.set(number);
        if self.down.contains(&number) {
            Err(Fault::Down(number))
        } else {
            pending().await
        }
    }
}

#[retry(
    max = 3, hedge = 50ms, deadline = 1s, backoff = fixed(10ms), jitter = none, budget = none,
    on = |_| true, elapsed = |_, last| late(last),
)]
async fn last_error(service: &Service) -> Result<u32, Fault> {
    service.answer().await
}

#[tokio::test(start_paused = true)]
async fn the_last_error_is_that_of_any_attempt() {
    for (down, last) in [
        (&[][..], None),
        // A retry is waited for.
        (&[2], Some(2)),
        (&[2, 3], Some(3)),
        // No retry is left, and the first attempt goes on.
        (&[2, 3, 4], Some(4)),
    ] {
        let outcome = last_error(&Service::new(down)).await;
        assert_eq!(outcome, Err(Fault::Late(last)), "{down:?}");
    }
}

type Told = RefCell<Vec<(u32, Option<Fault>, Duration)>>;

#[retry(
    max = 3, hedge = 50ms, deadline = 1s, backoff = fixed(10ms), jitter = none, budget = none,
    on = |_| true,
    notify = |failure| told.borrow_mut().push((failure.attempt(), failure.error().cloned(), failure.delay())),
)]
async fn notified(service: &Service, told: &Told) -> Result<u32, Fault> {
    service.answer().await
}

#[tokio::test(start_paused = true)]
async fn each_retry_is_told_of_and_no_hedge() {
    let told = Told::default();
    assert!(notified(&Service::new(&[2]), &told).await.is_err());
    let wait = Duration::from_millis(10);
    assert_eq!(told.take(), [(2, Some(Fault::Down(2)), wait)]);
}

type Seen = RefCell<Vec<(u32, Option<Fault>)>>;

#[retry(
    max = 3, hedge = 50ms, deadline = 1s, backoff = fixed(10ms), jitter = none, budget = none,
    on = |_| true,
    before_retry = |retry, error| seen.borrow_mut().push((retry.number(), error.cloned())),
)]
async fn prepared(service: &Service, seen: &Seen) -> Result<u32, Fault> {
    service.answer().await
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_handed_the_error_before_it_and_a_hedge_none() {
    let seen = Seen::default();
    assert!(prepared(&Service::new(&[2]), &seen).await.is_err());
    assert_eq!(seen.take(), [(2, None), (3, Some(Fault::Down(2)))]);
}
