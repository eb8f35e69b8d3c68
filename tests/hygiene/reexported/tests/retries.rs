//! The functions of `client` are retried.

mod client;

use client::{Client, Failure, Service as _, all, bare, blocking, boxed};
use std::sync::atomic::AtomicU32;

#[tokio::test(start_paused = true)]
async fn everything_is_found_through_the_other_library() {
    let calls = || AtomicU32::new(0);
    assert_eq!(bare(&calls()).await, Ok(3));
    assert_eq!(all(10, &calls()).await, Ok(3 + 10 + 3));
    assert_eq!(blocking(&calls()), Ok(3 + 3));
    assert_eq!(boxed(&calls()).await, Ok(3));
    let client = Client::default;
    assert_eq!(client().get().await, Err(Failure(2)));
    assert_eq!(client().list().await, Ok(3));
    assert_eq!(client().put().await, Err(Failure(1)));
    assert_eq!(client().find().await, Ok(3));
}
