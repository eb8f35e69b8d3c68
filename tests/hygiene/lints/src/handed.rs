//! What is handed to the calls that a body awaits.

#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::unused_async,
    reason = "these judge the functions here, not what is made of them"
)]

use retry_runtime::{Operation, idempotent, non_idempotent, retry};
use std::future::Future;
use std::io;

/// Reads.
#[derive(Operation, Debug)]
#[operation(safe)]
struct Get {
    /// Which.
    id: u32,
}

/// A call.
async fn call(id: u32) -> io::Result<u32> {
    Ok(id)
}

/// Sends it.
async fn send(get: &Get) -> io::Result<u32> {
    Ok(get.id)
}

/// Changes it.
async fn change(list: &mut Vec<u32>) -> &mut Vec<u32> {
    list.push(1);
    list
}

/// Awaits it.
async fn within<F: Future>(future: F) -> F::Output {
    future.await
}

/// Makes it.
async fn with<F: Future>(make: impl FnOnce(u32) -> F) -> F::Output {
    make(1).await
}

/// Every kind of argument.
#[retry]
pub async fn arguments() -> io::Result<u32> {
    let mut list = Vec::new();
    let lent = &mut list;
    let length = change(lent).await.len();
    let again = change(lent).await.len();
    let get = Get { id: 1 };
    let future = call(2);
    let sum = within(future).await?.saturating_add(with(call).await?);
    let by_closure = with(|id| call(id.saturating_add(1))).await?;
    let sent = send(&get)
        .await?
        .saturating_add(send(&Get { id: 3 }).await?);
    assert!(call(1).await.is_ok());
    assert_eq!(call(1).await?, 1, "the same");
    let later = within(call(if length > again { 1 } else { 2 })).await?;
    Ok(sum
        .saturating_add(by_closure)
        .saturating_add(sent)
        .saturating_add(later))
}

/// A declaration whose body is looked at.
#[idempotent]
pub async fn declared() -> io::Result<u32> {
    let get = Get { id: 1 };
    let sent = send(&get).await?;
    within(call(sent)).await
}

/// A function that must not run twice.
#[non_idempotent]
pub fn not_twice(id: u32) -> io::Result<u32> {
    Ok(id)
}

/// Without a result.
#[non_idempotent]
pub fn nothing() {}

/// On one line, as not every formatter leaves it.
#[rustfmt::skip]
#[non_idempotent]
pub fn on_one_line(id: u32) -> impl Future<Output = io::Result<u32>> { call(id) }
