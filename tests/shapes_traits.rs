//! Methods of traits: native async ones, and those of `async_trait`.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use async_trait::async_trait;
use common::{Flaky, assert_third};
use retry_runtime::retry;
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// An async trait as the language has them.
trait Native {
    fn server(&self) -> &Flaky;

    async fn declared(&self, text: String) -> io::Result<usize>;

    #[retry]
    async fn default_body(&self, text: String) -> io::Result<usize>
    where
        Self: Sized,
    {
        self.server().call_later().await?;
        Ok(text.len())
    }

    #[retry]
    async fn unique(&mut self, mut count: u32) -> io::Result<u32> {
        count += 1;
        self.server().call_later().await?;
        Ok(count)
    }

    fn sendable(&self) -> impl Future<Output = io::Result<u32>> + Send;

    #[retry]
    async fn generic<T: Clone>(&self, value: T) -> io::Result<T> {
        self.server().call_later().await?;
        Ok(value.clone())
    }

    #[retry]
    fn sync(&self) -> io::Result<u32> {
        self.server().call()
    }
}

struct Client(Flaky);

impl Native for Client {
    fn server(&self) -> &Flaky {
        &self.0
    }

    #[retry]
    async fn declared(&self, text: String) -> io::Result<usize> {
        self.0.call_later().await?;
        Ok(text.len())
    }

    #[retry]
    async fn sendable(&self) -> io::Result<u32> {
        self.0.call_later().await
    }
}

#[tokio::test(start_paused = true)]
async fn native_async_methods_declared_and_with_a_default_body() {
    let server = Flaky::failing(2);
    let found = Client(server.clone()).declared("four".into()).await;
    assert_third(&server, found, 4);
    let server = Flaky::failing(2);
    let found = Client(server.clone()).default_body("four".into()).await;
    assert_third(&server, found, 4);
    let server = Flaky::failing(2);
    assert_third(&server, Client(server.clone()).unique(1).await, 2);
    let server = Flaky::failing(2);
    assert_third(&server, Client(server.clone()).generic("x").await, "x");
    let server = Flaky::failing(2);
    assert_third(&server, Client(server.clone()).sync(), 3);
}

async fn through_the_bound<C: Native>(client: &C) -> io::Result<u32> {
    client.sendable().await
}

#[tokio::test(start_paused = true)]
async fn an_async_fn_for_a_declared_send_future() {
    let server = Flaky::failing(2);
    let client = Client(server.clone());
    let found = tokio::spawn(async move { through_the_bound(&client).await });
    assert_third(&server, found.await.unwrap(), 3);
}

#[derive(Clone, Copy)]
struct Pair<T> {
    left: T,
    right: T,
}

/// A trait for `dyn`, as `async_trait` makes them.
#[async_trait]
trait Boxing: Send + Sync {
    async fn shared(&self, text: &str) -> io::Result<usize>;
    async fn unique(&mut self, text: String) -> io::Result<usize>;
    async fn owned(self: Box<Self>, cell: Cell<u32>) -> io::Result<u32>;
    async fn counted(self: Arc<Self>) -> io::Result<usize>;
    async fn mutable(
        &self,
        count: u32,
        rest: &[u32],
        nested: (String, Pair<u32>),
    ) -> io::Result<u32>;
    async fn patterns(
        &self,
        copied: &u32,
        pair: Pair<Cell<u32>>,
        tuple: (Cell<u32>, [Cell<u32>; 1]),
        ignored: String,
    ) -> io::Result<u32>;
    async fn dynamic(&self) -> Result<Box<dyn std::fmt::Debug + Send>, io::Error>;
    async fn hooked(&mut self) -> io::Result<u32>;
    async fn borrowing<'t>(&self, text: &'t str) -> io::Result<&'t str>;
    async fn borrowing_from_self(&self) -> io::Result<&Flaky>;

    #[retry]
    async fn default_body(&self, server: &Flaky, name: String, mut n: u32) -> io::Result<u32> {
        n += 1;
        server.call_later().await?;
        Ok(name.len() as u32 + n)
    }
}

struct Remote {
    server: Flaky,
    count: u32,
}

impl Remote {
    fn new(server: &Flaky) -> Self {
        Self {
            server: server.clone(),
            count: 0,
        }
    }

    fn boxed(server: &Flaky) -> Box<dyn Boxing> {
        Box::new(Self::new(server))
    }
}

#[async_trait]
impl Boxing for Remote {
    #[retry]
    async fn shared(&self, text: &str) -> io::Result<usize> {
        self.server.call_later().await?;
        Ok(text.len())
    }

    #[retry]
    async fn unique(&mut self, text: String) -> io::Result<usize> {
        self.count += 1;
        self.server.call_later().await?;
        Ok(text.len() + self.count as usize)
    }

    #[retry]
    async fn owned(self: Box<Self>, cell: Cell<u32>) -> io::Result<u32> {
        cell.set(cell.get() + 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.server.call()?;
        Ok(cell.get())
    }

    #[retry]
    async fn counted(self: Arc<Self>) -> io::Result<usize> {
        self.server.call_later().await?;
        Ok(Arc::strong_count(&self))
    }

    #[retry]
    async fn mutable(
        &self,
        mut count: u32,
        mut rest: &[u32],
        (name, Pair { mut left, right }): (String, Pair<u32>),
    ) -> io::Result<u32> {
        count += 1;
        left += 10;
        rest = &rest[1..];
        self.server.call_later().await?;
        Ok(count + left + right + rest.len() as u32 + name.len() as u32)
    }

    #[retry]
    async fn patterns(
        &self,
        &copied: &u32,
        Pair { left, right: _ }: Pair<Cell<u32>>,
        (first, [second]): (Cell<u32>, [Cell<u32>; 1]),
        _: String,
    ) -> io::Result<u32> {
        left.set(left.get() + 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.server.call()?;
        Ok(copied + left.get() + first.get() + second.get())
    }

    #[retry]
    async fn dynamic(&self) -> Result<Box<dyn std::fmt::Debug + Send>, io::Error> {
        Ok(Box::new(self.server.call_later().await?))
    }

    #[retry(before_retry = |_| self.reconnect(), attempt = at)]
    async fn hooked(&mut self) -> io::Result<u32> {
        assert_eq!(at.number(), self.count + 1);
        self.server.call_later().await?;
        Ok(self.count)
    }

    #[retry]
    async fn borrowing<'t>(&self, text: &'t str) -> io::Result<&'t str> {
        self.server.call_later().await?;
        Ok(&text[1..])
    }

    #[retry]
    async fn borrowing_from_self(&self) -> io::Result<&Flaky> {
        self.server.call_later().await?;
        Ok(&self.server)
    }
}

impl Remote {
    async fn reconnect(&mut self) {
        self.count += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn async_trait_by_every_kind_of_self() {
    let server = Flaky::failing(2);
    let client = Remote::boxed(&server);
    let found = tokio::spawn(async move { client.shared("four").await });
    assert_third(&server, found.await.unwrap(), 4);
    let server = Flaky::failing(2);
    let found = Remote::boxed(&server).unique("four".into()).await;
    assert_third(&server, found, 7);
    let server = Flaky::failing(2);
    let call = Remote::boxed(&server).owned(Cell::new(0));
    assert_third(&server, tokio::spawn(call).await.unwrap(), 3);
    let server = Flaky::failing(2);
    let client: Arc<dyn Boxing> = Arc::new(Remote::new(&server));
    assert_third(&server, tokio::spawn(client.counted()).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn async_trait_arguments_start_anew_in_each_attempt() {
    let server = Flaky::failing(2);
    let pair = Pair { left: 0, right: 0 };
    let client = Remote::boxed(&server);
    let found = client.mutable(0, &[1, 2, 3], ("four".into(), pair)).await;
    assert_third(&server, found, 1 + 10 + 2 + 4);

    let server = Flaky::failing(2);
    let client = Remote::boxed(&server);
    let pair = Pair {
        left: Cell::new(0),
        right: Cell::new(0),
    };
    let tuple = (Cell::new(10), [Cell::new(100)]);
    let found = tokio::spawn(async move { client.patterns(&1000, pair, tuple, "".into()).await });
    assert_third(&server, found.await.unwrap(), 1000 + 3 + 10 + 100);

    let server = Flaky::failing(2);
    let client = Remote::boxed(&Flaky::failing(0));
    let found = client.default_body(&server, "four".into(), 0).await;
    assert_third(&server, found, 5);
}

#[tokio::test(start_paused = true)]
async fn async_trait_results() {
    let server = Flaky::failing(2);
    let found = Remote::boxed(&server).dynamic().await;
    assert_third(
        &server,
        found.map(|value| format!("{value:?}")),
        "3".to_string(),
    );
    let server = Flaky::failing(2);
    let text = String::from("four");
    let found = Remote::boxed(&server).borrowing(&text).await;
    assert_third(&server, found, "our");
    let server = Flaky::failing(2);
    let client = Remote::boxed(&server);
    let found = client.borrowing_from_self().await;
    assert_third(&server, found.map(Flaky::calls), 3);
}

#[tokio::test(start_paused = true)]
async fn async_trait_options_see_self() {
    let server = Flaky::failing(2);
    assert_third(&server, Remote::boxed(&server).hooked().await, 2);
}

/// For one thread.
#[async_trait(?Send)]
trait Local<T> {
    async fn get(self, value: T) -> io::Result<T>;
}

#[async_trait(?Send)]
impl<T: Clone + 'static> Local<T> for Remote {
    #[retry]
    async fn get(self, value: T) -> io::Result<T> {
        self.server.call_later().await?;
        Ok(value.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn async_trait_without_send() {
    let server = Flaky::failing(2);
    let found = Local::get(Remote::new(&server), std::rc::Rc::new(7)).await;
    assert_third(&server, found, std::rc::Rc::new(7));
}
