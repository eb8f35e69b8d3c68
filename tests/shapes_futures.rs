//! Functions that return a future instead of being `async`.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use common::{Flaky, assert_third};
use futures::FutureExt;
use futures::future::{BoxFuture, LocalBoxFuture};
use retry_runtime::retry;
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

#[retry]
fn opaque(server: Flaky, name: String) -> impl Future<Output = io::Result<usize>> + Send {
    async move {
        server.call_later().await?;
        Ok(name.len())
    }
}

#[retry]
fn borrowing<'s>(
    server: &'s Flaky,
    name: &'s str,
) -> impl Future<Output = io::Result<&'s str>> + Send + 's {
    async move {
        server.call_later().await?;
        Ok(name)
    }
}

#[tokio::test(start_paused = true)]
async fn impl_future_that_ends_in_an_async_block() {
    let server = Flaky::failing(2);
    let call = opaque(server.clone(), "four".into());
    assert_third(&server, tokio::spawn(call).await.unwrap(), 4);
    let server = Flaky::failing(2);
    assert_third(&server, borrowing(&server, "four").await, "four");
}

#[retry]
fn pinned(server: Flaky, name: String) -> Pin<Box<dyn Future<Output = io::Result<usize>> + Send>> {
    Box::pin(async move {
        server.call_later().await?;
        Ok(name.len())
    })
}

#[retry]
fn pinned_borrowing<'a>(
    server: &'a Flaky,
    count: &'a mut u32,
) -> Pin<Box<dyn Future<Output = io::Result<u32>> + Send + 'a>> {
    Box::pin(async move {
        *count += 1;
        server.call_later().await
    })
}

#[retry]
fn box_future(server: &Flaky) -> BoxFuture<'_, io::Result<u32>> {
    async move { server.call_later().await }.boxed()
}

#[retry]
fn local_box_future(server: &Flaky) -> LocalBoxFuture<'_, io::Result<u32>> {
    let local = std::rc::Rc::new(1);
    async move { Ok(server.call_later().await? * *local) }.boxed_local()
}

#[tokio::test(start_paused = true)]
async fn boxed_futures() {
    let server = Flaky::failing(2);
    let call = pinned(server.clone(), "four".into());
    assert_third(&server, tokio::spawn(call).await.unwrap(), 4);
    let (server, mut count) = (Flaky::failing(2), 0);
    assert_third(&server, pinned_borrowing(&server, &mut count).await, 3);
    assert_eq!(count, 3);
    let server = Flaky::failing(2);
    assert_third(&server, box_future(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, local_box_future(&server).await, 3);
}

async fn inner(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[retry]
fn tail(server: &Flaky, prepared: Arc<AtomicU32>) -> impl Future<Output = io::Result<u32>> + '_ {
    prepared.fetch_add(1, Relaxed);
    inner(server)
}

#[retry]
fn tail_of_owned(server: Flaky, mut name: String) -> impl Future<Output = io::Result<u32>> + Send {
    name.push('!');
    let name = Arc::new(name);
    call_owned(server.clone(), name.clone())
}

async fn call_owned(server: Flaky, name: Arc<String>) -> io::Result<u32> {
    Ok(server.call_later().await? + name.len() as u32)
}

#[retry]
fn boxed_tail<'a>(server: &'a Flaky) -> BoxFuture<'a, io::Result<u32>> {
    inner(server).boxed()
}

#[retry]
fn mapped_tail(server: &Flaky) -> impl Future<Output = io::Result<String>> + '_ {
    inner(server).map(|found| found.map(|number| number.to_string()))
}

#[tokio::test(start_paused = true)]
async fn any_other_tail_is_evaluated_anew_for_each_attempt() {
    let (server, prepared) = (Flaky::failing(2), Arc::default());
    assert_third(&server, tail(&server, Arc::clone(&prepared)).await, 3);
    assert_eq!(prepared.load(Relaxed), 1, "what stands before runs once");
    let server = Flaky::failing(2);
    let call = tail_of_owned(server.clone(), "four".into());
    assert_third(&server, tokio::spawn(call).await.unwrap(), 8);
    let server = Flaky::failing(2);
    assert_third(&server, boxed_tail(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, mapped_tail(&server).await, "3".to_string());
}

#[retry]
fn prepared(
    server: &Flaky,
    name: &str,
    cell: Cell<u32>,
    mut count: u32,
) -> impl Future<Output = io::Result<(String, u32, u32)>> + Send + use<> {
    let server = server.clone();
    let name = name.to_string();
    let cell = Cell::new(cell.get() + 10);
    let local = Cell::new(0);
    async move {
        count += 1;
        cell.set(cell.get() + 1);
        local.set(local.get() + 100);
        tokio::time::sleep(Duration::from_millis(1)).await;
        server.call()?;
        Ok((name.clone(), cell.get() + local.get(), count))
    }
}

#[tokio::test(start_paused = true)]
async fn the_preamble_runs_once_and_may_shadow_arguments() {
    let server = Flaky::failing(2);
    let call = prepared(&server, "four", Cell::new(1), 0);
    let found = tokio::spawn(call).await.unwrap();
    assert_third(&server, found, ("four".to_string(), 314, 1));
}

#[retry]
fn owned_arguments_that_are_not_sync(
    server: Flaky,
    cell: Cell<u32>,
    (nested, mut number): (Cell<u32>, u32),
) -> impl Future<Output = io::Result<u32>> + Send {
    async move {
        cell.set(cell.get() + 1);
        number += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
        server.call()?;
        Ok(cell.get() + nested.get() + number)
    }
}

#[tokio::test(start_paused = true)]
async fn arguments_are_lent_to_the_block_as_to_an_async_fn() {
    let server = Flaky::failing(2);
    let call = owned_arguments_that_are_not_sync(server.clone(), Cell::new(0), (Cell::new(10), 0));
    assert_third(&server, tokio::spawn(call).await.unwrap(), 14);
}

#[retry]
fn a_client_of_its_own(server: &Flaky) -> impl Future<Output = io::Result<u32>> + Send + use<> {
    let mut seen = Vec::new();
    let (server, text) = (server.clone(), String::from("text"));
    async move {
        seen.push(text.len());
        server.call_later().await?;
        Ok(seen.len() as u32)
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_preamble_makes_belongs_to_the_call() {
    let server = Flaky::failing(2);
    let call = a_client_of_its_own(&server);
    assert_third(&server, call.await, 3);
}

#[tokio::test(start_paused = true)]
async fn nothing_happens_before_the_future_is_polled() {
    let server = Flaky::failing(0);
    drop(opaque(server.clone(), "four".into()));
    drop(boxed_tail(&server));
    assert_eq!(server.calls(), 0);
}

struct Client(Flaky);

trait Service {
    fn get(&self, name: String) -> impl Future<Output = io::Result<usize>> + Send;
    fn get_boxed<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<usize>>;
}

impl Service for Client {
    #[retry(before_retry = |_| self.note())]
    fn get(&self, name: String) -> impl Future<Output = io::Result<usize>> + Send {
        async move {
            self.0.call_later().await?;
            Ok(name.len())
        }
    }

    #[retry(attempt = at)]
    fn get_boxed<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<usize>> {
        Box::pin(async move {
            self.0.call_later().await?;
            Ok(name.len() + at.number() as usize)
        })
    }
}

impl Client {
    fn note(&self) {}
}

#[tokio::test(start_paused = true)]
async fn methods_of_traits() {
    let server = Flaky::failing(2);
    assert_third(&server, Client(server.clone()).get("four".into()).await, 4);
    let server = Flaky::failing(2);
    assert_third(&server, Client(server.clone()).get_boxed("four").await, 7);
}

#[retry]
fn with_dynamic_result(
    server: &Flaky,
) -> impl Future<Output = Result<Box<dyn std::fmt::Debug + Send>, io::Error>> + '_ {
    async move { Ok(Box::new(server.call_later().await?) as _) }
}

#[retry]
fn with_coerced_result(
    server: &Flaky,
) -> impl Future<Output = Result<Box<dyn std::fmt::Debug + Send>, io::Error>> + '_ {
    async move { Ok(Box::new(server.call_later().await?)) }
}

#[tokio::test(start_paused = true)]
async fn results_that_coerce() {
    let server = Flaky::failing(2);
    let found = with_dynamic_result(&server).await;
    assert_third(
        &server,
        found.map(|value| format!("{value:?}")),
        "3".to_string(),
    );
    let server = Flaky::failing(2);
    let found = with_coerced_result(&server).await;
    assert_third(
        &server,
        found.map(|value| format!("{value:?}")),
        "3".to_string(),
    );
}

#[retry]
fn trimmed<'a>(
    server: &'a Flaky,
    mut name: &'a str,
) -> impl Future<Output = io::Result<usize>> + 'a {
    name = name.trim();
    async move {
        server.call_later().await?;
        Ok(name.len())
    }
}

#[retry]
fn incremented(server: &Flaky, mut number: u32) -> impl Future<Output = io::Result<u32>> + '_ {
    number += 1;
    async move { Ok(number + server.call_later().await?) }
}

#[retry(hedge = 5ms)]
fn hedged(server: &Flaky, mut number: u32) -> impl Future<Output = io::Result<u32>> + '_ {
    number += 1;
    async move { Ok(number + server.call_later().await?) }
}

#[tokio::test(start_paused = true)]
async fn what_stands_before_the_block_changes_mut_arguments_once() {
    let server = Flaky::failing(2);
    assert_third(&server, trimmed(&server, " x ").await, 1);
    let server = Flaky::failing(2);
    assert_third(&server, incremented(&server, 1).await, 5);
    let server = Flaky::failing(2);
    assert_third(&server, hedged(&server, 1).await, 5);
}

async fn twice(server: &Flaky) -> io::Result<u32> {
    server.call_later().await.map(|number| number * 2)
}

#[retry]
fn either(server: &Flaky, is_twice: bool) -> Pin<Box<dyn Future<Output = io::Result<u32>> + '_>> {
    if is_twice {
        Box::pin(twice(server))
    } else {
        Box::pin(inner(server))
    }
}

#[retry]
fn one_of<'s>(server: &'s Flaky, times: u32) -> BoxFuture<'s, io::Result<u32>> {
    let half = times / 2;
    match half {
        0 => inner(server).boxed(),
        1 => {
            let server = server;
            Box::pin(twice(server))
        }
        2 => return Box::pin(std::future::ready(Ok(0))),
        _ => panic!("no more than five times"),
    }
}

#[retry]
fn returned(server: &Flaky) -> impl Future<Output = io::Result<u32>> + '_ {
    return inner(server);
}

#[retry]
fn returned_block(server: &Flaky) -> impl Future<Output = io::Result<u32>> + '_ {
    return async move { server.call_later().await };
}

#[retry]
fn returned_in_branches(
    server: &Flaky,
    is_twice: bool,
) -> Pin<Box<dyn Future<Output = io::Result<u32>> + '_>> {
    if is_twice {
        return Box::pin(twice(server));
    } else {
        return Box::pin(inner(server));
    }
}

#[retry]
fn in_a_block(
    server: &Flaky,
    is_twice: bool,
) -> Pin<Box<dyn Future<Output = io::Result<u32>> + '_>> {
    {
        let once = !is_twice;
        if once {
            Box::pin(inner(server))
        } else {
            Box::pin(twice(server))
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_tail_with_branches_and_one_that_returns() {
    for (is_twice, expected) in [(true, 6), (false, 3)] {
        let server = Flaky::failing(2);
        assert_third(&server, in_a_block(&server, is_twice).await, expected);
        let server = Flaky::failing(2);
        assert_third(&server, either(&server, is_twice).await, expected);
        let server = Flaky::failing(2);
        let found = returned_in_branches(&server, is_twice).await;
        assert_third(&server, found, expected);
        let server = Flaky::failing(2);
        let found = one_of(&server, if is_twice { 2 } else { 1 }).await;
        assert_third(&server, found, expected);
    }
    let server = Flaky::failing(2);
    assert_third(&server, returned(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, returned_block(&server).await, 3);
}
