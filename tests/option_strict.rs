//! `strict`: something says that the function may run twice.

#![deny(warnings)]

mod common;

use async_trait::async_trait;
use common::{Flaky, assert_third};
use retry_runtime::{Idempotent, Operation, idempotent, retry};
use std::io;

#[derive(Operation)]
#[operation(safe)]
struct GetUser;

#[derive(Operation)]
#[operation(keyed)]
struct PlaceOrder;

#[retry(strict)]
#[idempotent]
async fn strict_and_marked(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[idempotent]
#[retry(strict)]
async fn marked_and_strict(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[retry(strict)]
async fn among_others(server: &Flaky, id: u32, get: GetUser) -> io::Result<u32> {
    let _ = (id, &get);
    server.call_later().await
}

#[retry(strict)]
async fn not_used(server: &Flaky, _get: &GetUser) -> io::Result<u32> {
    server.call_later().await
}

#[retry(strict)]
async fn generic<O: Operation + Idempotent + ?Sized>(server: &Flaky, get: &O) -> io::Result<u32> {
    let _ = get;
    server.call_later().await
}

#[retry(strict, key = key)]
async fn keyed(server: &Flaky, order: &PlaceOrder) -> io::Result<u32> {
    let _ = (order, key);
    server.call_later().await
}

#[retry(strict, sleep = at_once)]
fn sync(server: &Flaky, get: &GetUser) -> io::Result<u32> {
    let _ = get;
    server.call()
}

fn at_once(_: std::time::Duration) {}

impl GetUser {
    #[retry(strict)]
    async fn send(&self, server: &Flaky) -> io::Result<u32> {
        server.call_later().await
    }
}

#[async_trait]
trait Client: Sync {
    #[retry(strict)]
    async fn get(&self, server: &Flaky, get: &GetUser) -> io::Result<u32> {
        let _ = get;
        server.call_later().await
    }
}

struct Any;

impl Client for Any {}

#[tokio::test(start_paused = true)]
async fn a_declared_operation_is_enough() {
    let server = Flaky::failing(2);
    assert_third(&server, among_others(&server, 1, GetUser).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, not_used(&server, &GetUser).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, generic(&server, &GetUser).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, keyed(&server, &PlaceOrder).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, sync(&server, &GetUser), 3);
    let server = Flaky::failing(2);
    assert_third(&server, GetUser.send(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, Any.get(&server, &GetUser).await, 3);
}

#[tokio::test(start_paused = true)]
async fn so_is_the_mark() {
    let server = Flaky::failing(2);
    assert_third(&server, strict_and_marked(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, marked_and_strict(&server).await, 3);
}
