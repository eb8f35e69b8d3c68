//! Where options, shapes and bodies meet: `mut` arguments that the statements
//! before an `async` block prepare, names that look like adapters of futures,
//! closures with braces of their own.
#![deny(warnings)]
use retry_runtime::*;
use std::io;
#[retry]
pub fn trimmed(mut name: &str) -> impl Future<Output = io::Result<usize>> + '_ {
    name = name.trim();
    async move { Ok(name.len()) }
}
#[retry]
pub fn prepared(mut n: usize) -> impl Future<Output = io::Result<usize>> {
    n += 1;
    async move { Ok(n) }
}
#[retry(hedge = 5ms)]
pub fn hedged(mut n: usize) -> impl Future<Output = io::Result<usize>> {
    n += 1;
    async move { Ok(n) }
}
async fn select(ids: Vec<u32>) -> io::Result<usize> {
    Ok(ids.len())
}
#[retry]
async fn selected(ids: &[u32]) -> io::Result<usize> {
    select(ids.iter().map(|id| id + 1).collect()).await
}
struct Client {
    n: std::cell::Cell<u32>,
}
impl Client {
    async fn reconnect(&self) -> io::Result<()> {
        self.n.set(self.n.get() + 1);
        Ok(())
    }
    #[retry(max = 1, backoff = none, before_retry = |_| { self.reconnect().await }, fallback = |e| { self.fb(e).await })]
    async fn awaited(&self) -> io::Result<u32> {
        Err(io::ErrorKind::TimedOut.into())
    }
    #[retry(max = 1, backoff = none, before_retry = |_| { self.reconnect() }, fallback = |e| { self.fb(e) })]
    async fn returned(&self) -> io::Result<u32> {
        Err(io::ErrorKind::TimedOut.into())
    }
    async fn fb(&self, e: io::Error) -> io::Result<u32> {
        if e.kind() == io::ErrorKind::TimedOut {
            Ok(self.n.get())
        } else {
            Err(e)
        }
    }
}
#[retry(max = 2, fallback = |e| { if e.kind() == io::ErrorKind::TimedOut { return Ok(1) } Err(e) })]
async fn sent() -> io::Result<u32> {
    Ok(2)
}
fn assert_send<T: Send>(t: T) -> T {
    t
}
#[tokio::test]
async fn options_and_shapes_together() {
    assert_eq!(trimmed(" x ").await.unwrap(), 1);
    assert_eq!(prepared(1).await.unwrap(), 2);
    assert_eq!(hedged(1).await.unwrap(), 2);
    assert_eq!(selected(&[1, 2]).await.unwrap(), 2);
    let c = Client { n: 0.into() };
    assert_eq!(c.awaited().await.unwrap(), 1);
    assert_eq!(c.returned().await.unwrap(), 2);
    assert_eq!(assert_send(sent()).await.unwrap(), 2);
}

/// What stands at the head of a body is about the function.
#[retry]
async fn inner_attributes(n: usize) -> io::Result<usize> {
    //! Documentation, too.
    #![allow(unused_variables)]
    let unused = 1;
    std::future::ready(Ok(n)).await
}
#[retry_unsent]
#[non_idempotent]
async fn inner_attributes_under_others(n: usize) -> io::Result<usize> {
    #![allow(unused_variables)]
    let unused = 1;
    Ok(n)
}
#[retry]
fn inner_attributes_of_a_sync_fn(n: usize) -> io::Result<usize> {
    #![allow(unused_variables)]
    let unused = 1;
    Ok(n)
}
#[tokio::test]
async fn bodies_with_inner_attributes() {
    assert_eq!(inner_attributes(1).await.unwrap(), 1);
    assert_eq!(inner_attributes_under_others(2).await.unwrap(), 2);
    assert_eq!(inner_attributes_of_a_sync_fn(3).unwrap(), 3);
}
