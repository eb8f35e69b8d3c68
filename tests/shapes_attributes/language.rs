//! Attributes of the language, and qualifiers.

use crate::at_once;
use crate::common::{Flaky, assert_third};
use retry_runtime::retry;
use std::future::Future;
use std::io;

/// Documentation stays where it is, before
#[doc = "and after."]
#[retry]
/// Below the attribute, too.
#[cfg(not(any()))]
pub(crate) async fn documented(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[cfg(any())]
#[retry]
async fn left_out(server: &NoSuchType) -> io::Result<u32> {
    no_such_function(server)
}

#[retry]
#[cfg(any())]
async fn left_out(server: &NoSuchType) -> io::Result<u32> {
    no_such_function(server)
}

#[cfg_attr(all(), retry(max = 2))]
async fn under_cfg_attr(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[cfg_attr(any(), retry)]
async fn not_retried(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[retry]
#[must_use = "the number matters"]
#[inline]
#[cold]
#[allow(clippy::unused_async)]
#[track_caller]
fn qualified(server: &Flaky) -> impl Future<Output = io::Result<u32>> + '_ {
    async move { server.call_later().await }
}

#[deprecated = "as a test"]
#[retry]
#[must_use = "as a test"]
async fn deprecated(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[tokio::test(start_paused = true)]
async fn attributes_of_the_language() {
    let server = Flaky::failing(2);
    assert_third(&server, documented(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, under_cfg_attr(&server).await, 3);
    let server = Flaky::failing(2);
    assert!(not_retried(&server).await.is_err());
    assert_eq!(server.calls(), 1);
    let server = Flaky::failing(2);
    assert_third(&server, qualified(&server).await, 3);
    let server = Flaky::failing(2);
    #[allow(deprecated, reason = "the shape under test")]
    let call = deprecated(&server);
    assert_third(&server, call.await, 3);
}

/// # Safety
///
/// `number` is valid.
#[retry]
async unsafe fn qualified_as_unsafe(server: &Flaky, number: *const u32) -> io::Result<u32> {
    server.call_later().await?;
    // SAFETY: by the contract of this function.
    Ok(unsafe { *number })
}

#[retry(sleep = at_once)]
#[allow(improper_ctypes_definitions, reason = "no foreign code calls it")]
extern "C" fn of_another_abi(server: &Flaky, number: &mut u32) -> io::Result<u32> {
    server.call()?;
    *number += 1;
    Ok(*number)
}

#[retry(sleep = at_once)]
pub(crate) unsafe extern "Rust" fn all_of_them(server: &Flaky) -> io::Result<u32> {
    server.call()
}

#[tokio::test(start_paused = true)]
async fn qualifiers() {
    let server = Flaky::failing(2);
    // SAFETY: the pointer is to a local.
    let call = unsafe { qualified_as_unsafe(&server, &7) };
    assert_third(&server, call.await, 7);
    let server = Flaky::failing(2);
    assert_third(&server, of_another_abi(&server, &mut 1), 2);
    let server = Flaky::failing(2);
    // SAFETY: nothing is asked of the caller.
    assert_third(&server, unsafe { all_of_them(&server) }, 3);
}
