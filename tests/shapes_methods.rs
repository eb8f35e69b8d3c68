//! Methods, by every kind of `self`.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use common::{Flaky, assert_third};
use retry_runtime::retry;
use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

struct Client {
    server: Flaky,
    name: String,
    seen: Vec<u32>,
    /// Takes `Sync` from the client, but not `Send`.
    cell: Cell<u32>,
}

impl Client {
    fn new(server: &Flaky) -> Self {
        Self {
            server: server.clone(),
            name: "client".into(),
            seen: Vec::new(),
            cell: Cell::new(0),
        }
    }

    #[retry]
    async fn associated(server: &Flaky) -> io::Result<Self> {
        server.call_later().await?;
        Ok(Self::new(server))
    }

    #[retry]
    async fn shared(&self, more: usize) -> io::Result<usize> {
        self.server.call_later().await?;
        Ok(self.name.len() + more)
    }

    #[retry]
    async fn unique(&mut self, value: u32) -> io::Result<&'static str> {
        self.seen.push(value);
        let seen = &mut self.seen;
        self.server.call_later().await?;
        seen.push(0);
        Ok("done")
    }

    #[retry]
    async fn owned(self, more: usize) -> io::Result<usize> {
        self.cell.set(self.cell.get() + 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.server.call()?;
        Ok(self.name.len() + more + self.cell.get() as usize)
    }

    #[retry]
    async fn typed_reference(self: &Self) -> io::Result<usize> {
        self.server.call_later().await?;
        Ok(self.name.len())
    }

    #[retry]
    async fn borrowing(&self) -> io::Result<&str> {
        self.server.call_later().await?;
        Ok(&self.name)
    }

    #[retry]
    async fn borrowing_one_of_two<'s>(&'s self, other: &str) -> io::Result<&'s str> {
        self.server.call_later().await?;
        Ok(&self.name[..other.len()])
    }

    #[retry]
    async fn boxed(self: Box<Self>) -> io::Result<usize> {
        self.cell.set(self.cell.get() + 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.server.call()?;
        Ok(self.cell.get() as usize)
    }

    #[retry]
    async fn counted(self: Rc<Self>) -> io::Result<usize> {
        self.server.call_later().await?;
        Ok(Rc::strong_count(&self))
    }

    #[retry]
    async fn pinned(self: Pin<&Self>) -> io::Result<usize> {
        self.server.call_later().await?;
        Ok(self.name.len())
    }

    #[retry]
    async fn pinned_unique(mut self: Pin<&mut Self>) -> io::Result<usize> {
        self.seen.push(1);
        let _ = self.as_mut();
        self.server.call_later().await?;
        Ok(self.seen.len())
    }

    #[retry]
    fn sync_owned(self) -> io::Result<usize> {
        self.server.call()?;
        Ok(self.name.len())
    }

    #[retry]
    fn sync_unique(&mut self) -> io::Result<usize> {
        self.seen.push(1);
        self.server.call()?;
        Ok(self.seen.len())
    }
}

#[tokio::test(start_paused = true)]
async fn shared_self() {
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).shared(1).await, 7);
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).typed_reference().await, 6);
    let server = Flaky::failing(2);
    let client = Client::associated(&server).await;
    assert_third(&server, client.map(|client| client.name), "client".into());
}

#[tokio::test(start_paused = true)]
async fn unique_self() {
    let server = Flaky::failing(2);
    let mut client = Client::new(&server);
    let client = tokio::spawn(async move {
        client.unique(7).await.unwrap();
        client
    });
    assert_third(
        &server,
        client.await.map(|client| client.seen),
        vec![7, 7, 7, 0],
    );
}

#[tokio::test(start_paused = true)]
async fn owned_self_that_is_not_sync_is_lent_to_each_attempt() {
    let server = Flaky::failing(2);
    let call = Client::new(&server).owned(1);
    assert_third(&server, tokio::spawn(call).await.unwrap(), 10);
    let server = Flaky::failing(2);
    let call = Box::new(Client::new(&server)).boxed();
    assert_third(&server, tokio::spawn(call).await.unwrap(), 3);
}

/// Shared between tasks, so `Sync`.
struct Shared(Flaky);

impl Shared {
    #[retry]
    async fn get(self: Arc<Self>, text: String) -> io::Result<usize> {
        self.0.call_later().await?;
        Ok(text.len() + Arc::strong_count(&self))
    }

    #[retry]
    async fn get_by_reference(self: &Arc<Self>) -> io::Result<usize> {
        self.0.call_later().await?;
        Ok(Arc::strong_count(self))
    }
}

#[tokio::test(start_paused = true)]
async fn self_behind_a_pointer() {
    let server = Flaky::failing(2);
    let shared = Arc::new(Shared(server.clone()));
    let call = shared.clone().get("four".into());
    assert_third(&server, tokio::spawn(call).await.unwrap(), 6);
    let server = Flaky::failing(2);
    let shared = Arc::new(Shared(server.clone()));
    assert_third(&server, shared.get_by_reference().await, 1);
    let server = Flaky::failing(2);
    assert_third(&server, Rc::new(Client::new(&server)).counted().await, 1);
    let server = Flaky::failing(2);
    assert_third(&server, Pin::new(&Client::new(&server)).pinned().await, 6);
}

#[tokio::test(start_paused = true)]
async fn a_pinned_self_that_is_reborrowed() {
    let server = Flaky::failing(2);
    let mut client = Client::new(&server);
    assert_third(&server, Pin::new(&mut client).pinned_unique().await, 3);
}

#[tokio::test(start_paused = true)]
async fn results_that_borrow_from_self() {
    let server = Flaky::failing(2);
    let client = Client::new(&server);
    assert_third(&server, client.borrowing().await, "client");
    let server = Flaky::failing(2);
    let client = Client::new(&server);
    let found = client.borrowing_one_of_two(&String::from("two")).await;
    assert_third(&server, found, "cli");
}

#[test]
fn sync_methods() {
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).sync_owned(), 6);
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).sync_unique(), 3);
}

struct Generic<'s, T, const N: usize> {
    server: &'s Flaky,
    values: [T; N],
}

impl<'s, T: Clone + Send + Sync, const N: usize> Generic<'s, T, N> {
    #[retry(max = N as u32)]
    async fn first(&self) -> io::Result<Option<&T>> {
        self.server.call_later().await?;
        Ok(self.values.first())
    }

    #[retry]
    async fn server(&self) -> io::Result<&'s Flaky> {
        self.server.call_later().await?;
        Ok(self.server)
    }

    #[retry]
    async fn mapped<U>(&self, map: impl Fn(&T) -> U) -> io::Result<Vec<U>>
    where
        U: PartialEq,
    {
        self.server.call_later().await?;
        Ok(self.values.iter().map(|value| map(value)).collect())
    }
}

#[tokio::test(start_paused = true)]
async fn methods_of_generic_types() {
    let server = Flaky::failing(2);
    let generic = Generic {
        server: &server,
        values: ["a", "b"],
    };
    assert_third(&server, generic.first().await, Some(&"a"));
    let server = Flaky::failing(2);
    let generic = Generic {
        server: &server,
        values: [1, 2],
    };
    assert_third(&server, generic.mapped(|value| value + 1).await, vec![2, 3]);
    let server = Flaky::failing(2);
    let found = {
        let generic: Generic<'_, u8, 0> = Generic {
            server: &server,
            values: [],
        };
        generic.server().await
    };
    assert_third(&server, found.map(Flaky::calls), 3);
}
