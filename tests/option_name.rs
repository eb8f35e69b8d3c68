//! `name`: what logs and metrics call the function. It changes nothing else.

mod support;

use retry_runtime::retry;
use support::{Calls, Fault};

#[retry(name = "users.get")]
async fn named(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(name = r"{users} \ get", sleep = support::skip)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry]
async fn r#move(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn a_name_changes_nothing_about_the_call() {
    assert_eq!(named(&Calls::new()).await, Err(Fault::Down(4)));
    assert_eq!(sync(&Calls::new()), Err(Fault::Down(4)));
    assert_eq!(r#move(&Calls::new()).await, Err(Fault::Down(4)));
}
