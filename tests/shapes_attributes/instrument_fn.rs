//! `#[instrument]` on functions, above and below.

use crate::at_once;
use crate::common::{Flaky, assert_third};
use crate::trace::Trace;
use retry_runtime::retry;
use std::cell::Cell;
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tracing::instrument;

#[instrument(skip_all)]
#[retry]
async fn span_above(
    server: Flaky,
    name: String,
    mut count: u32,
    cell: Cell<u32>,
) -> io::Result<u32> {
    count += name.len() as u32;
    tokio::time::sleep(Duration::from_millis(1)).await;
    server.call()?;
    cell.set(1);
    Ok(count)
}

#[instrument(skip_all, err)]
#[retry]
async fn span_above_with_err(
    server: Flaky,
    name: String,
    mut count: u32,
    cell: Cell<u32>,
) -> io::Result<u32> {
    count += name.len() as u32;
    tokio::time::sleep(Duration::from_millis(1)).await;
    server.call()?;
    cell.set(1);
    Ok(count)
}

#[instrument(skip(server, cell), ret)]
#[retry]
async fn span_above_with_ret(
    server: Flaky,
    name: String,
    mut count: u32,
    cell: Cell<u32>,
) -> io::Result<u32> {
    count += name.len() as u32;
    tokio::time::sleep(Duration::from_millis(1)).await;
    server.call()?;
    cell.set(1);
    Ok(count)
}

#[instrument(skip_all, err, ret, fields(name = %name))]
#[retry]
async fn span_above_with_both(
    server: Flaky,
    name: String,
    mut count: u32,
    (cell, _): (Cell<u32>, u8),
) -> io::Result<u32> {
    count += name.len() as u32;
    tokio::time::sleep(Duration::from_millis(1)).await;
    server.call()?;
    cell.set(1);
    Ok(count)
}

#[retry]
#[instrument(skip_all, err, ret)]
async fn span_below(
    server: Flaky,
    name: String,
    mut count: u32,
    cell: Cell<u32>,
) -> io::Result<u32> {
    count += name.len() as u32;
    tokio::time::sleep(Duration::from_millis(1)).await;
    server.call()?;
    cell.set(1);
    Ok(count)
}

macro_rules! check_instrumented {
    ($call:expr, $events:expr) => {{
        let (trace, _guard) = Trace::start();
        let server = Flaky::failing(2);
        let call = $call(server.clone(), "four".into(), 0, Default::default());
        assert_third(&server, tokio::spawn(call).await.unwrap(), 4);
        assert_eq!(trace.spans.load(Relaxed), 1, "one span around all attempts");
        assert_eq!(trace.events(), $events, "one event for the whole call");
    }};
}

#[tokio::test(start_paused = true)]
async fn instrument_on_an_async_fn() {
    check_instrumented!(span_above, 0);
    check_instrumented!(span_above_with_err, 0);
    check_instrumented!(span_above_with_ret, 1);
    check_instrumented!(span_above_with_both, 1);
    check_instrumented!(span_below, 1);
    let (trace, _guard) = Trace::start();
    let server = Flaky::failing(9);
    let call = span_above_with_err(server.clone(), "four".into(), 0, Cell::new(0));
    assert!(call.await.is_err());
    assert_eq!((server.calls(), trace.events()), (4, 1));
}

#[instrument(skip_all)]
#[retry(sleep = at_once)]
fn sync_span_above(
    server: Flaky,
    name: String,
    mut count: u32,
    cell: Cell<u32>,
) -> io::Result<u32> {
    count += name.len() as u32 + cell.get();
    server.call()?;
    Ok(count)
}

#[instrument(skip_all, err)]
#[retry(sleep = at_once)]
fn sync_span_above_with_err(
    server: Flaky,
    name: String,
    mut count: u32,
    cell: Cell<u32>,
) -> io::Result<u32> {
    count += name.len() as u32 + cell.get();
    server.call()?;
    Ok(count)
}

#[instrument(skip_all, ret)]
#[retry(sleep = at_once)]
fn sync_span_above_with_ret(
    server: Flaky,
    name: String,
    mut count: u32,
    cell: Cell<u32>,
) -> io::Result<u32> {
    count += name.len() as u32 + cell.get();
    server.call()?;
    Ok(count)
}

#[instrument(skip_all, err, ret)]
#[retry(sleep = at_once)]
fn sync_span_above_with_both(
    server: Flaky,
    name: String,
    mut count: u32,
    (cell, _): (Cell<u32>, u8),
) -> io::Result<u32> {
    count += name.len() as u32 + cell.get();
    server.call()?;
    Ok(count)
}

#[retry(sleep = at_once)]
#[instrument(skip_all, err)]
fn sync_span_below(
    server: Flaky,
    name: String,
    mut count: u32,
    cell: Cell<u32>,
) -> io::Result<u32> {
    count += name.len() as u32 + cell.get();
    server.call()?;
    Ok(count)
}

macro_rules! check_instrumented_sync {
    ($call:expr, $events:expr) => {{
        let (trace, _guard) = Trace::start();
        let server = Flaky::failing(2);
        let found = $call(server.clone(), "four".into(), 0, Default::default());
        assert_third(&server, found, 4);
        assert_eq!(trace.spans.load(Relaxed), 1, "one span around all attempts");
        assert_eq!(trace.events(), $events, "one event for the whole call");
    }};
}

#[test]
fn instrument_on_a_sync_fn() {
    check_instrumented_sync!(sync_span_above, 0);
    check_instrumented_sync!(sync_span_above_with_err, 0);
    check_instrumented_sync!(sync_span_above_with_ret, 1);
    check_instrumented_sync!(sync_span_above_with_both, 1);
    check_instrumented_sync!(sync_span_below, 0);
}
