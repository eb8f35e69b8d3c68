//! `#[instrument]` on methods, also under `#[async_trait]`.

use crate::common::{Flaky, assert_third};
use crate::trace::Trace;
use async_trait::async_trait;
use retry_runtime::retry;
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tracing::instrument;

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
