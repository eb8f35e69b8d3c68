//! Written by the strictest of lints, those of `clippy::restriction`: all of them are on
//! but for what this code itself does not keep to.

#![deny(clippy::restriction)]
#![allow(
    clippy::blanket_clippy_restriction_lints,
    clippy::arbitrary_source_item_ordering,
    clippy::arithmetic_side_effects,
    clippy::default_numeric_fallback,
    clippy::exhaustive_structs,
    clippy::field_scoped_visibility_modifiers,
    clippy::integer_division_remainder_used,
    clippy::let_underscore_untyped,
    clippy::min_ident_chars,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::module_name_repetitions,
    clippy::must_use_candidate,
    clippy::needless_return,
    clippy::pub_with_shorthand,
    clippy::question_mark_used,
    clippy::single_call_fn,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    clippy::unused_async,
    clippy::used_underscore_binding,
    reason = "they judge the code of this file, which is that of a user"
)]

use retry_runtime::{Policy, non_idempotent, retry, retry_unsent};
use std::future::Future;
use std::io;
use std::pin::Pin;

async fn call(number: u32) -> io::Result<u32> {
    return Ok(number);
}

async fn other(number: u32) -> io::Result<u32> {
    return Ok(number + 1);
}

/// A client.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    /// What it adds.
    pub added: u32,
}

impl Client {
    /// A method.
    ///
    /// # Errors
    /// The service's.
    #[retry]
    pub async fn get(&self, number: u32, mut count: u32) -> io::Result<u32> {
        count += 1;
        return call(number + count + self.added).await;
    }

    /// Under limits, with a hook.
    ///
    /// # Errors
    /// The service's.
    #[retry(
        timeout = 1s,
        deadline = 10s,
        before_retry = |_| { let _ = call(1).await?; return Ok(()); },
        attempt = at,
    )]
    pub async fn limited(&self, number: u32, name: String) -> io::Result<u32> {
        let _ = (at, name.len());
        return call(number).await;
    }

    /// What must not run twice.
    ///
    /// # Errors
    /// The service's.
    #[non_idempotent]
    pub async fn order(&self, number: u32, (left, _): (u32, u32)) -> io::Result<u32> {
        return call(number + left).await;
    }

    /// The same, retried where nothing was sent.
    ///
    /// # Errors
    /// The service's.
    #[non_idempotent]
    #[retry_unsent]
    pub async fn sent(&self, number: u32, _name: String) -> io::Result<u32> {
        use std::convert::identity;
        return call(identity(number)).await;
    }
}

/// With predicates, a policy and a fallback.
///
/// # Errors
/// The service's.
#[retry(
    max = 2_u32,
    on = |_| return true,
    on_ok = |_| return false,
    policy = &Policy::DEFAULT,
    fallback = |_| return Ok(1),
)]
pub async fn told(number: u32) -> io::Result<u32> {
    return call(number).await;
}

/// Side by side.
///
/// # Errors
/// The service's.
#[retry(hedge = 1s)]
pub async fn hedged(number: u32) -> io::Result<u32> {
    return call(number).await;
}

/// In a sync fn.
///
/// # Errors
/// The service's.
#[retry(before_retry = |_| return Ok(()), backoff = none)]
pub fn sync(mut number: u32) -> io::Result<u32> {
    number += 1;
    return Ok(number);
}

/// A body that begins with items.
///
/// # Errors
/// The service's.
#[retry]
pub async fn with_items(number: u32) -> io::Result<u32> {
    use std::convert::identity;
    const ONE: u32 = 1;
    return call(identity(number + ONE)).await;
}

/// Its future is made anew for each attempt.
#[retry]
pub fn made(number: u32) -> Pin<Box<dyn Future<Output = io::Result<u32>> + Send>> {
    return match number {
        0 => Box::pin(call(number)),
        _ => Box::pin(other(number)),
    };
}

/// Its block is the attempt.
#[retry]
pub fn block(number: u32) -> impl Future<Output = io::Result<u32>> {
    let more = number + 1;
    return async move {
        return call(more).await;
    };
}
