//! Results with an `impl Trait` in them, under each option that makes an error, or names
//! the type of the result, beside the body.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use common::{Flaky, assert_third};
use retry_runtime::gate::{Admission, GateOutcome};
use retry_runtime::{Elapsed, Gate, Policy, Rejected, Transient, retry};
use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::time::Duration;

/// A macro, since each function has a type of its own.
macro_rules! assert_counts {
    ($($call:ident),*) => {$(
        let server = Flaky::failing(2);
        assert_third(&server, $call(&server).await.map(Iterator::count), 3);
    )*};
}

#[retry(timeout = 1s)]
async fn timeout(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(deadline = 10s)]
async fn deadline(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(policy = &Policy::DEFAULT)]
async fn policy(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(timeout = 1s, elapsed = |elapsed| elapsed.into(), attempt = at)]
async fn elapsed(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    let _ = at;
    server.call_later().await.map(|number| 0..number)
}

#[retry(on = |error| error.kind() == io::ErrorKind::TimedOut, on_ok = |_| false, timeout = 1s)]
async fn predicates(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[tokio::test(start_paused = true)]
async fn limits() {
    assert_counts!(timeout, deadline, policy, elapsed, predicates);
}

struct Open;

impl Gate for Open {
    fn admit(&self) -> Result<Admission, Rejected> {
        Ok(Admission::Normal)
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}

#[retry(breaker = Open)]
async fn breaker(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(breaker = Open, rejected = |rejected| rejected.into(), hedge = 50ms)]
async fn hedged_breaker(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(hedge = 50ms, timeout = 1s, deadline = 10s)]
async fn hedged(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[tokio::test(start_paused = true)]
async fn breakers_and_hedges() {
    assert_counts!(breaker, hedged_breaker, hedged);
}

#[retry(before_retry = |_| ())]
async fn hook(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(before_retry = |_| { pause().await?; Ok(()) })]
async fn fallible_hook(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(before_retry = |_| pause(), deadline = 10s)]
async fn cut_hook(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(before_retry = |_| { pause().await?; Ok(()) }, timeout = 1s, hedge = 50ms)]
async fn hedged_hook(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

async fn pause() -> io::Result<()> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn hooks() {
    assert_counts!(hook, fallible_hook, cut_hook, hedged_hook);
}

#[retry(fallback = |_| Ok(0..9), timeout = 1s)]
async fn fallback(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[retry(fallback = |_| { pause().await?; Ok(0..9) }, deadline = 10s)]
async fn awaited_fallback(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call_later().await.map(|number| 0..number)
}

#[tokio::test(start_paused = true)]
async fn fallbacks() {
    assert_counts!(fallback, awaited_fallback);
    let server = Flaky::failing(9);
    assert_eq!(fallback(&server).await.unwrap().count(), 9);
    assert_eq!(awaited_fallback(&server).await.unwrap().count(), 9);
}

#[retry(timeout = 1s)]
fn block(server: &Flaky) -> impl Future<Output = io::Result<impl Iterator<Item = u32>>> {
    let server = server.clone();
    async move { server.call_later().await.map(|number| 0..number) }
}

#[retry(timeout = 1s, before_retry = |_| ())]
fn tail(server: Flaky) -> impl Future<Output = io::Result<impl Iterator<Item = u32>>> {
    opaque(server.clone())
}

async fn opaque(server: Flaky) -> io::Result<impl Iterator<Item = u32>> {
    server.call_later().await.map(|number| 0..number)
}

#[tokio::test(start_paused = true)]
async fn functions_that_return_a_future() {
    assert_counts!(block);
    let server = Flaky::failing(2);
    let found = tail(server.clone()).await;
    assert_third(&server, found.map(Iterator::count), 3);
}

#[retry(deadline = 10s, before_retry = |_| Ok(()))]
fn sync(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call().map(|number| 0..number)
}

#[retry(policy = &Policy::DEFAULT, breaker = Open, fallback = |_| Ok(0..9))]
fn sync_policy(server: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    server.call().map(|number| 0..number)
}

#[test]
fn sync_functions() {
    let server = Flaky::failing(2);
    assert_third(&server, sync(&server).map(Iterator::count), 3);
    let server = Flaky::failing(2);
    assert_third(&server, sync_policy(&server).map(Iterator::count), 3);
}

#[retry(timeout = 1s, deadline = 10s)]
async fn opaque_error(
    server: &Flaky,
) -> Result<u32, impl Debug + Transient + From<Elapsed> + use<>> {
    server.call_later().await
}

#[retry(timeout = 1s, before_retry = |_| ())]
async fn several(server: &Flaky) -> io::Result<(impl Debug + use<>, Vec<impl Debug + use<>>)> {
    let number = server.call_later().await?;
    Ok((number, vec![number]))
}

struct Client(Flaky);

trait Service {
    async fn list(&self) -> io::Result<impl Iterator<Item = u32>>;
}

impl Service for Client {
    #[retry(timeout = 1s, before_retry = |_| ())]
    async fn list(&self) -> io::Result<impl Iterator<Item = u32>> {
        self.0.call_later().await.map(|number| 0..number)
    }
}

#[tokio::test(start_paused = true)]
async fn errors_parts_of_results_and_methods_of_traits() {
    let server = Flaky::failing(2);
    assert_third(&server, opaque_error(&server).await, 3);
    let server = Flaky::failing(2);
    let found = several(&server).await;
    assert_third(
        &server,
        found.map(|found| format!("{found:?}")),
        "(3, [3])".to_string(),
    );
    let client = Client(Flaky::failing(2));
    let found = client.list().await;
    assert_third(&client.0, found.map(Iterator::count), 3);
}
