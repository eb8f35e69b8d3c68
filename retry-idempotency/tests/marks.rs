//! The attributes and the derive of a library that depends on the marks alone: what they
//! write names this crate and no other.

#![deny(warnings)]

use retry_idempotency::{NonIdempotent, Operation, class, idempotent, non_idempotent};
use std::future::Future;
use std::io;
use std::pin::Pin;

mod renamed {
    pub(crate) use retry_idempotency as marks;
}

#[non_idempotent]
async fn free(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[non_idempotent]
fn future(cents: u64) -> impl Future<Output = u64> {
    async move { cents }
}

#[non_idempotent]
fn boxed(cents: u64) -> Pin<Box<dyn Future<Output = u64>>> {
    Box::pin(async move { cents })
}

#[non_idempotent]
fn marked(cents: u64) -> NonIdempotent<std::future::Ready<u64>> {
    NonIdempotent::new(std::future::ready(cents))
}

#[allow(clippy::unnecessary_wraps, reason = "a call that could fail")]
#[non_idempotent]
fn sync(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[non_idempotent(crate = renamed::marks)]
async fn elsewhere(cents: u64) -> u64 {
    cents
}

#[allow(clippy::unused_async, reason = "a call that could wait")]
#[idempotent]
async fn look() -> io::Result<u64> {
    Ok(1)
}

struct Bank;

impl Bank {
    #[non_idempotent]
    #[must_use]
    async fn charge(&self, cents: u64) -> u64 {
        cents
    }
}

#[deprecated]
#[derive(Operation)]
#[operation(keyed)]
struct Old;

#[derive(Operation)]
#[operation(safe, crate = renamed::marks)]
struct Elsewhere;

fn class_of<O: Operation>(_: &O) -> &'static str {
    <O::Class as class::Class>::NAME
}

#[tokio::test]
async fn they_work_without_the_runtime() {
    assert_eq!(free(1).await.unwrap(), 1);
    assert_eq!(future(2).await, 2);
    assert_eq!(boxed(3).await, 3);
    assert_eq!(marked(4).await, 4);
    assert_eq!(sync(5).unwrap(), 5);
    assert_eq!(elsewhere(6).await, 6);
    assert_eq!(look().await.unwrap(), 1);
    assert_eq!(Bank.charge(7).await, 7);
    #[expect(deprecated)]
    let old = Old;
    assert_eq!(class_of(&old), "keyed");
    assert_eq!(class_of(&Elsewhere), "safe");
}
