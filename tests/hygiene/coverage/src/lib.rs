//! Bodies of every kind. The lines that end in `// counted` are the user's own, and a
//! coverage tool has to count them.

use async_trait::async_trait;
use retry_runtime::{idempotent, non_idempotent, retry, retry_unsent};
use std::future::Future;
use std::io;

async fn call(number: usize) -> io::Result<usize> {
    Ok(number)
}

/// Numbers.
///
/// # Errors
/// The service's.
#[retry]
pub async fn numbers(number: usize) -> io::Result<usize> {
    let next = number + 1; // counted
    call(next).await // counted
}

/// By value.
///
/// # Errors
/// The service's.
#[retry]
pub async fn by_value(name: String) -> io::Result<usize> {
    let length = name.len(); // counted
    call(length).await // counted
}

/// Without an `.await`.
///
/// # Errors
/// The service's.
#[retry]
pub async fn without_await(name: String) -> io::Result<usize> {
    let length = name.len(); // counted
    Ok(length) // counted
}

/// A sync fn.
///
/// # Errors
/// The service's.
#[retry]
pub fn sync(mut number: usize) -> io::Result<usize> {
    number += 1; // counted
    Ok(number) // counted
}

/// Side by side.
///
/// # Errors
/// The service's.
#[retry(hedge = 50ms)]
pub async fn hedged(name: String) -> io::Result<usize> {
    let length = name.len(); // counted
    call(length).await // counted
}

/// With limits, a hook and a fallback.
///
/// # Errors
/// The service's.
#[retry(
    timeout = 1s,
    attempt = at,
    before_retry = |_| {
        call(1).await?; // counted
        Ok(())
    },
    fallback = |error| {
        let _ = error; // counted
        call(2).await // counted
    },
)]
pub async fn limited(mut number: usize, name: String) -> io::Result<usize> {
    number += name.len() + at.number() as usize; // counted
    call(number).await // counted
}

/// What must not run twice, retried where nothing was sent.
///
/// # Errors
/// The service's.
#[non_idempotent]
#[retry_unsent]
pub async fn unsent(name: String) -> io::Result<usize> {
    let length = name.len(); // counted
    call(length).await // counted
}

/// What must not run twice.
///
/// # Errors
/// The service's.
#[non_idempotent]
pub async fn marked(name: String) -> io::Result<usize> {
    let length = name.len(); // counted
    call(length).await // counted
}

/// A future that must not be awaited twice.
#[non_idempotent]
pub fn marked_future(name: &str) -> impl Future<Output = io::Result<usize>> + use<> {
    let length = name.len(); // counted
    call(length) // counted
}

/// A block.
#[retry]
pub fn block(name: &str) -> impl Future<Output = io::Result<usize>> + use<> {
    let length = name.len(); // counted
    async move {
        let next = length + 1; // counted
        call(next).await // counted
    }
}

/// A tail.
#[retry]
pub fn tail(name: &str) -> impl Future<Output = io::Result<usize>> + use<> {
    let length = name.len(); // counted
    call(length) // counted
}

/// A client.
#[derive(Clone, Copy, Debug)]
pub struct Client;

#[retry]
impl Client {
    /// Of an impl block.
    ///
    /// # Errors
    /// The service's.
    #[idempotent]
    pub async fn get(&self, name: String) -> io::Result<usize> {
        let length = name.len(); // counted
        call(length).await // counted
    }
}

/// A trait.
#[async_trait]
pub trait Service {
    /// A method.
    async fn list(&self, name: String) -> io::Result<usize>;
}

#[async_trait]
impl Service for Client {
    #[retry]
    async fn list(&self, name: String) -> io::Result<usize> {
        let length = name.len(); // counted
        call(length).await // counted
    }
}

/// Uses all of them, so that they are compiled.
pub fn all() {
    let text = String::new;
    drop((numbers(1), by_value(text()), without_await(text()), sync(1)));
    drop((hedged(text()), limited(1, text()), unsent(text())));
    drop((marked(text()), marked_future(""), block(""), tail("")));
    drop((Client.get(text()), Client.list(text())));
}
