//! `fallback` and `deadline`: it stands in, and has time of its own.

use crate::support::{Calls, Fault, ms, timed};
use crate::{TOLD, tell};
use retry_runtime::{Ended, retry};
use std::future::pending;
use tokio::time::sleep;

#[retry(deadline = 1s, fallback = |error, end| async move {
    TOLD.set(Some(end.reason));
    sleep(ms(500)).await;
    if matches!(error, Fault::Late(late) if late.is_deadline()) { Ok(7) } else { Err(error) }
})]
async fn hanging() -> Result<u32, Fault> {
    pending().await
}

#[retry(deadline = 1s, backoff = fixed(900ms), jitter = none, fallback = |error, end| tell(error, end.reason))]
async fn failing(calls: &Calls) -> Result<u32, Fault> {
    sleep(ms(200)).await;
    calls.fail()
}

#[retry(deadline = 1s, before_retry = |_| pending::<()>(), fallback = |error, end| tell(error, end.reason))]
async fn hanging_hook(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_sees_that_time_ran_out_and_has_time_of_its_own() {
    assert_eq!(timed(hanging()).await, (Ok(7), ms(1500)));
    assert_eq!(TOLD.get(), Some(Ended::Deadline));
}

#[tokio::test(start_paused = true)]
async fn it_comes_at_once_where_no_retry_could_start() {
    let (outcome, took) = timed(failing(&Calls::new())).await;
    assert_eq!((outcome, took), (Err(Fault::Down(1)), ms(200)));
    assert_eq!(TOLD.get(), Some(Ended::Deadline));
}

#[tokio::test(start_paused = true)]
async fn it_stands_in_for_a_hook_that_is_cut() {
    let (outcome, took) = timed(hanging_hook(&Calls::new())).await;
    assert!(matches!(outcome, Err(Fault::Late(_))));
    assert_eq!(took, ms(1000));
    assert_eq!(TOLD.get(), Some(Ended::Deadline));
}
