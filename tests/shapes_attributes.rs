//! Other attributes and qualifiers around `#[retry]`.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]
#![deny(deprecated, unused_must_use)]

mod common;

use async_trait::async_trait;
use common::{Flaky, assert_third};
use retry_runtime::retry;
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::instrument;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

fn at_once(_: Duration) {}

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

/// Counts spans and notes events.
#[derive(Clone, Default)]
struct Trace {
    spans: Arc<AtomicU32>,
    events: Arc<Mutex<Vec<tracing::Level>>>,
}

impl<S: tracing::Subscriber> Layer<S> for Trace {
    fn on_new_span(&self, _: &tracing::span::Attributes<'_>, _: &tracing::Id, _: Context<'_, S>) {
        self.spans.fetch_add(1, Relaxed);
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("shapes_attributes") {
            self.events.lock().unwrap().push(*event.metadata().level());
        }
    }
}

impl Trace {
    fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let trace = Self::default();
        let subscriber = tracing_subscriber::registry().with(trace.clone());
        (trace, tracing::subscriber::set_default(subscriber))
    }

    fn events(&self) -> usize {
        self.events.lock().unwrap().len()
    }
}

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

struct Client {
    server: Flaky,
    notes: u32,
}

#[async_trait]
trait Service {
    async fn above(&mut self, name: String, count: u32, rest: &[u32]) -> io::Result<u32>;
    async fn above_with_err(&mut self, name: String, count: u32, rest: &[u32]) -> io::Result<u32>;
    async fn above_with_both(&mut self, name: String, count: u32, rest: &[u32]) -> io::Result<u32>;
    async fn below(&mut self, name: String, count: u32, rest: &[u32]) -> io::Result<u32>;
    async fn owned(self: Box<Self>, pair: (Cell<u32>, u32)) -> io::Result<u32>;
}

#[async_trait]
impl Service for Client {
    #[instrument(skip_all)]
    #[retry(before_retry = |_| self.note())]
    async fn above(&mut self, name: String, mut count: u32, mut rest: &[u32]) -> io::Result<u32> {
        count += self.notes + name.len() as u32;
        rest = &rest[1..];
        self.server.call_later().await?;
        Ok(count + rest.len() as u32)
    }

    #[instrument(skip_all, err)]
    #[retry(before_retry = |_| self.note())]
    async fn above_with_err(
        &mut self,
        name: String,
        mut count: u32,
        mut rest: &[u32],
    ) -> io::Result<u32> {
        count += self.notes + name.len() as u32;
        rest = &rest[1..];
        self.server.call_later().await?;
        Ok(count + rest.len() as u32)
    }

    #[instrument(skip_all, err, ret)]
    #[retry(before_retry = |_| self.note())]
    async fn above_with_both(
        &mut self,
        name: String,
        mut count: u32,
        mut rest: &[u32],
    ) -> io::Result<u32> {
        count += self.notes + name.len() as u32;
        rest = &rest[1..];
        self.server.call_later().await?;
        Ok(count + rest.len() as u32)
    }

    #[retry(before_retry = |_| self.note())]
    #[instrument(skip_all, err)]
    async fn below(&mut self, name: String, mut count: u32, mut rest: &[u32]) -> io::Result<u32> {
        count += self.notes + name.len() as u32;
        rest = &rest[1..];
        self.server.call_later().await?;
        Ok(count + rest.len() as u32)
    }

    #[instrument(skip_all, ret)]
    #[retry]
    async fn owned(self: Box<Self>, (cell, mut number): (Cell<u32>, u32)) -> io::Result<u32> {
        number += 1;
        cell.set(cell.get() + 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.server.call()?;
        Ok(cell.get() + number)
    }
}

impl Client {
    async fn note(&mut self) {
        self.notes += 10;
    }

    fn boxed(server: &Flaky) -> Box<dyn Service + Send> {
        Box::new(Self {
            server: server.clone(),
            notes: 0,
        })
    }
}

macro_rules! check_service {
    ($method:ident) => {{
        let (trace, _guard) = Trace::start();
        let server = Flaky::failing(2);
        let mut client = Client::boxed(&server);
        let found = tokio::spawn(async move { client.$method("four".into(), 0, &[1, 2]).await });
        assert_third(&server, found.await.unwrap(), 25);
        assert_eq!(trace.spans.load(Relaxed), 1, "one span around all attempts");
    }};
}

#[tokio::test(start_paused = true)]
async fn instrument_under_async_trait() {
    check_service!(above);
    check_service!(above_with_err);
    check_service!(above_with_both);
    check_service!(below);
    let server = Flaky::failing(2);
    let call = Client::boxed(&server).owned((Cell::new(0), 0));
    assert_third(&server, tokio::spawn(call).await.unwrap(), 4);
}

impl Client {
    #[instrument(skip_all)]
    #[retry]
    fn returns_a_future(&self, name: String) -> impl Future<Output = io::Result<usize>> + Send {
        let server = self.server.clone();
        async move {
            server.call_later().await?;
            Ok(name.len())
        }
    }

    #[instrument(skip_all, err)]
    #[retry]
    async fn owned_self(self, cell: Cell<u32>) -> io::Result<u32> {
        cell.set(cell.get() + 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.server.call()?;
        Ok(cell.get() + self.notes)
    }
}

#[tokio::test(start_paused = true)]
async fn instrument_on_methods() {
    let server = Flaky::failing(2);
    let client = || Client {
        server: server.clone(),
        notes: 0,
    };
    assert_third(&server, client().returns_a_future("four".into()).await, 4);
    let server = Flaky::failing(2);
    let client = Client {
        server: server.clone(),
        notes: 0,
    };
    let call = client.owned_self(Cell::new(0));
    assert_third(&server, tokio::spawn(call).await.unwrap(), 3);
}
