//! `deadline` and a push-back: one that ends in time is waited for.

use crate::support::{Calls, Fault, ms, timed};
use crate::{TOLD, tell};
use retry_runtime::{Ended, retry};
use std::time::Duration;

#[retry(deadline = 5s, fallback = |error, end| tell(error, end.reason))]
async fn busy(calls: &Calls, wait: Duration) -> Result<u32, Fault> {
    match calls.next() {
        1 => Err(Fault::Busy(wait)),
        number => Ok(number),
    }
}

#[tokio::test(start_paused = true)]
async fn a_push_back_within_the_deadline_is_waited_for() {
    assert_eq!(
        timed(busy(&Calls::new(), ms(4900))).await,
        (Ok(2), ms(4900))
    );
}

#[tokio::test(start_paused = true)]
async fn one_past_the_deadline_is_the_end_at_once() {
    for wait in [5000, 6000, 29_000] {
        let (outcome, took) = timed(busy(&Calls::new(), ms(wait))).await;
        assert_eq!((outcome, took), (Err(Fault::Busy(ms(wait))), ms(0)));
        assert_eq!(TOLD.get(), Some(Ended::Deadline));
    }
}

#[tokio::test(start_paused = true)]
async fn one_of_a_day_holds_no_client() {
    let day = ms(86_400_000);
    let (outcome, took) = timed(busy(&Calls::new(), day)).await;
    assert_eq!((outcome, took), (Err(Fault::Busy(day)), ms(0)));
    assert_eq!(TOLD.get(), Some(Ended::Pushback));
}
