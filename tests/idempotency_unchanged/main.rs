//! Functions that are valid without the attributes are valid with them: what looks at the
//! calls changes no type, no loan, no temporary, and brings no warning.
#![deny(warnings)]
#![allow(dead_code, reason = "most of it has to compile and no more")]
#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "code as it comes, whatever its style"
)]

mod arguments;
mod bodies;
mod common;
mod kinds;
mod looks;
mod operations;
mod returned;

use common::CLIENT;

fn is_send<T: Send>(it: T) -> T {
    it
}

#[tokio::test]
async fn they_do_what_they_did() {
    assert_eq!(is_send(arguments::nested_calls()).await.unwrap(), 3);
    assert_eq!(is_send(arguments::reborrowed()).await.unwrap(), 1);
    assert_eq!(is_send(arguments::fields(&CLIENT)).await.unwrap(), 1);
    assert_eq!(is_send(bodies::for_each()).await.unwrap(), 4);
    assert_eq!(is_send(bodies::guards(&CLIENT)).await.unwrap(), 1);
    assert_eq!(is_send(bodies::spawns()).await.unwrap(), 1);
    assert_eq!(is_send(kinds::await_for()).await.unwrap(), 9);
    assert_eq!(is_send(kinds::await_tmp()).await.unwrap(), 2);
    assert_eq!(is_send(kinds::await_send()).await.unwrap(), 1);
    assert_eq!(kinds::await_shadow().await.unwrap(), 2);
    assert_eq!(kinds::synchronous::drop_order().unwrap(), 7);
    assert_eq!(kinds::synchronous::nested_mut().unwrap(), 3);
    assert_eq!(kinds::synchronous::swap().unwrap(), 8);
    assert_eq!(is_send(operations::ops()).await.unwrap(), 1);
    assert_eq!(operations::assumed().await.unwrap(), 6);
}
