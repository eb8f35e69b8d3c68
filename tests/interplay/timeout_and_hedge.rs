//! `timeout` and `hedge`: each attempt has the timeout for itself.

use crate::outage::Alive;
use crate::support::{Calls, Fault, ms, timed};
use retry_runtime::retry;
use std::future::pending;
use tokio::time::sleep;

#[retry(max = 2, timeout = 80ms, hedge(50ms, 2), jitter = none, on = |_| true)]
async fn hanging(calls: &Calls, alive: &Alive) -> Result<u32, Fault> {
    let _alive = alive.guard();
    calls.next();
    pending().await
}

#[retry(max = 1, timeout = 80ms, hedge = 50ms)]
async fn slow_second(calls: &Calls) -> Result<u32, Fault> {
    if calls.next() == 1 {
        pending::<()>().await;
    }
    sleep(ms(70)).await;
    Ok(calls.count())
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_the_timeout_for_itself() {
    // Started at 50 and cut at 130, not at 80.
    let calls = Calls::new();
    assert_eq!(timed(slow_second(&calls)).await, (Ok(2), ms(120)));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_cut_is_dropped_and_the_others_go_on() {
    let (calls, alive) = (Calls::new(), Alive::default());
    let call = tokio::time::timeout(ms(85), hanging(&calls, &alive));
    let watch = async {
        sleep(ms(82)).await;
        alive.count()
    };
    let (outcome, running) = tokio::join!(call, watch);
    assert!(outcome.is_err());
    assert_eq!(running, 1, "of two, the first one was cut");
    assert_eq!(alive.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn all_cut_the_call_ends_with_the_last_one() {
    // 0, 50, and after the first was cut at 80 its retry at 180.
    let (calls, alive) = (Calls::new(), Alive::default());
    let (outcome, took) = timed(hanging(&calls, &alive)).await;
    assert!(matches!(outcome, Err(Fault::Late(late)) if late.limit() == ms(80)));
    assert_eq!(calls.count(), 3);
    assert_eq!(took, ms(260));
}
