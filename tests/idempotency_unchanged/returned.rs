//! Functions that return futures, retried or only declared.

use super::common::*;
use super::operations::Get;
use retry_runtime::{idempotent, retry};
use std::future::Future;
use std::pin::Pin;

#[retry]
pub fn fut(c: &Client) -> impl Future<Output = R> + '_ {
    let url = text();
    let g = Get { id: n(1) };
    let k = c.url.clone();
    async move {
        by_str(&url).await?;
        by_dyn(&g).await?;
        by_str(&k).await
    }
}

#[retry]
pub fn fut_tail(c: &Client) -> impl Future<Output = R> + '_ {
    let u = n(c.id);
    ask(n(u))
}

#[idempotent]
pub fn idem_fut(c: &Client) -> impl Future<Output = R> + '_ {
    let u = n(c.id);
    ask(n(u))
}

#[idempotent]
pub fn idem_boxed(c: &Client) -> Pin<Box<dyn Future<Output = R> + Send + '_>> {
    Box::pin(by_str(&c.url))
}

#[idempotent]
pub fn idem_branch(c: &Client) -> Pin<Box<dyn Future<Output = R> + Send + '_>> {
    if c.id == 1 {
        return Box::pin(ask(1));
    }
    match c.id {
        2 => Box::pin(ask(2)),
        _ => Box::pin(async move { by_str(&c.url).await }),
    }
}
