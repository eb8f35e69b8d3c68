//! .
#![deny(missing_docs)]

use retry_runtime::non_idempotent;
use std::io;

#[non_idempotent]
pub async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[non_idempotent]
pub async fn close() {}

#[non_idempotent]
pub fn refund(cents: u64) -> impl Future<Output = u64> {
    std::future::ready(cents)
}

fn main() {}
