//! Lints that are switched off for one argument.

#![allow(
    clippy::missing_errors_doc,
    clippy::unused_async,
    reason = "these judge the functions here, not what is made of them"
)]

use retry_runtime::{non_idempotent, retry};
use std::io;

/// A call.
async fn call(id: u32) -> io::Result<u32> {
    Ok(id)
}

/// Where the change is behind a `cfg`, for instance.
#[retry]
pub async fn unchanged(
    #[allow(unused_mut)] mut id: u32,
    #[allow(unused_mut)] mut list: &[u32],
) -> io::Result<u32> {
    call(id.saturating_add(list.iter().sum())).await
}

/// A name from elsewhere.
#[retry]
pub async fn named(#[allow(non_snake_case)] mut userId: u32) -> io::Result<u32> {
    userId = userId.saturating_add(1);
    call(userId).await
}

/// The same, side by side.
#[retry(hedge = 1s)]
pub async fn hedged(#[allow(non_snake_case)] mut userId: u32) -> io::Result<u32> {
    userId = userId.saturating_add(1);
    call(userId).await
}

/// The same in a function that must not run twice.
#[non_idempotent]
pub async fn marked(#[allow(non_snake_case)] mut userId: u32) -> io::Result<u32> {
    userId = userId.saturating_add(1);
    call(userId).await
}

/// In a sync fn.
#[retry]
pub fn sync(#[allow(unused_mut)] mut id: u32) -> io::Result<u32> {
    Ok(id)
}

/// A lint that is expected, of what is done with the argument and of its name.
#[retry]
pub async fn expected(
    #[expect(unused_mut)] mut id: u32,
    #[expect(non_snake_case)] mut userId: u32,
) -> io::Result<u32> {
    userId = userId.saturating_add(id);
    call(userId).await
}

/// The same in a function that must not run twice.
#[non_idempotent]
pub async fn marked_and_expected(
    #[expect(unused_mut)] mut id: u32,
    #[expect(non_snake_case)] mut userId: u32,
) -> io::Result<u32> {
    userId = userId.saturating_add(id);
    call(userId).await
}
