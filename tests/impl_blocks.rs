//! `#[retry(..)]` on an impl block: the policy of its `#[idempotent]` methods.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use async_trait::async_trait;
use common::{Flaky, assert_third};
use retry_runtime::idempotent as safe_to_repeat;
use retry_runtime::non_idempotent as once;
use retry_runtime::{Attempt, idempotent, non_idempotent, retry, retry_unsent};
use std::io;
use std::time::Duration;

struct Client {
    server: Flaky,
    notes: u32,
}

impl Client {
    fn new(server: &Flaky) -> Self {
        Self {
            server: server.clone(),
            notes: 0,
        }
    }
}

#[retry(max = 2, backoff = exp(10ms, 2, 1s), on = |error| error.kind() == io::ErrorKind::TimedOut)]
impl Client {
    /// Associated items that are no methods stay as they are.
    const LIMIT: u32 = 7;

    #[idempotent]
    async fn get(&self, name: String) -> io::Result<usize> {
        self.server.call_later().await?;
        Ok(name.len())
    }

    #[safe_to_repeat]
    async fn get_under_an_alias(&mut self) -> io::Result<u32> {
        self.notes += 1;
        self.server.call_later().await?;
        Ok(self.notes)
    }

    #[cfg_attr(all(), idempotent)]
    async fn get_under_cfg_attr(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[retry_runtime::idempotent]
    async fn get_under_a_path(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[idempotent]
    #[tracing::instrument(skip_all, err)]
    async fn get_under_another_attribute(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[tracing::instrument(skip_all)]
    #[idempotent]
    async fn get_below_another_attribute(&self, name: String) -> io::Result<u32> {
        self.server
            .call_later()
            .await
            .map(|number| number + name.len() as u32)
    }

    #[non_idempotent]
    async fn charge(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[non_idempotent]
    #[retry_unsent(max = 2)]
    async fn charge_unsent(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[cfg_attr(all(), once)]
    async fn charge_under_an_alias(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[idempotent]
    #[retry(max = 5)]
    async fn with_more_retries(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[retry(max = 1)]
    #[safe_to_repeat]
    async fn with_fewer_retries(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[retry(on = |_| true)]
    async fn with_another_predicate(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[retry(attempt = at, before_retry = |retry| self.note(retry))]
    async fn with_keys_of_its_own(&mut self) -> io::Result<(u32, u32)> {
        self.server.call_later().await?;
        Ok((at.number(), self.notes))
    }

    #[idempotent]
    fn sync(&self) -> io::Result<u32> {
        self.server.call()
    }

    fn note(&mut self, retry: Attempt) {
        self.notes += retry.number();
    }

    fn undeclared_and_sync(&self) -> io::Result<u32> {
        self.server.call()
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_applies_to_idempotent_methods_under_any_name() {
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).get("four".into()).await, 4);
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).get_under_an_alias().await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).get_under_cfg_attr().await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).get_under_a_path().await, 3);
    let server = Flaky::failing(2);
    let found = Client::new(&server).get_under_another_attribute().await;
    assert_third(&server, found, 3);
    let server = Flaky::failing(2);
    let found = Client::new(&server)
        .get_below_another_attribute("four".into())
        .await;
    assert_third(&server, found, 7);
    let server = Flaky::failing(2);
    assert_third(&server, Client::new(&server).sync(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_policy_is_the_blocks() {
    let server = Flaky::failing(9);
    assert!(Client::new(&server).get("four".into()).await.is_err());
    assert_eq!(server.calls(), 3, "two retries, as the block says");
    let server = Flaky::failing_with(9, io::ErrorKind::ConnectionReset);
    assert!(Client::new(&server).get("four".into()).await.is_err());
    assert_eq!(server.calls(), 1, "the predicate of the block");
    assert_eq!(Client::LIMIT, 7);
}

#[tokio::test(start_paused = true)]
async fn the_others_are_left_alone() {
    let server = Flaky::failing(1);
    assert!(Client::new(&server).charge().await.is_err());
    assert_eq!(server.calls(), 1);
    let server = Flaky::failing(1);
    assert!(Client::new(&server).charge_under_an_alias().await.is_err());
    assert_eq!(server.calls(), 1);
    let server = Flaky::failing_with(9, io::ErrorKind::ConnectionRefused);
    assert!(Client::new(&server).charge_unsent().await.is_err());
    assert_eq!(server.calls(), 3, "the policy of its own");
    let server = Flaky::failing(1);
    assert!(Client::new(&server).undeclared_and_sync().is_err());
    assert_eq!(server.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_method_overrides_single_keys() {
    let server = Flaky::failing(9);
    assert!(Client::new(&server).with_more_retries().await.is_err());
    assert_eq!(server.calls(), 6);
    let server = Flaky::failing_with(9, io::ErrorKind::ConnectionReset);
    assert!(Client::new(&server).with_more_retries().await.is_err());
    assert_eq!(server.calls(), 1, "the predicate is still the block's");
    let server = Flaky::failing(9);
    assert!(Client::new(&server).with_fewer_retries().await.is_err());
    assert_eq!(server.calls(), 2);
    let server = Flaky::failing_with(9, io::ErrorKind::PermissionDenied);
    assert!(Client::new(&server).with_another_predicate().await.is_err());
    assert_eq!(
        server.calls(),
        3,
        "the number of retries is still the block's"
    );
    let server = Flaky::failing(2);
    let found = Client::new(&server).with_keys_of_its_own().await;
    assert_third(&server, found, (3, 5));
}

struct Generic<'s, T, const N: usize> {
    server: &'s Flaky,
    values: [T; N],
}

#[retry(max = N as u32, backoff = fixed(1ms), jitter = none)]
impl<'s, T, const N: usize> Generic<'s, T, N>
where
    T: Clone + Send + Sync,
{
    #[idempotent]
    async fn first(&self) -> io::Result<Option<&T>> {
        self.server.call_later().await?;
        Ok(self.values.first())
    }

    #[idempotent]
    async fn mapped<U: Send>(self, map: impl Fn(&T) -> U + Send) -> io::Result<Vec<U>> {
        self.server.call_later().await?;
        Ok(self.values.iter().map(&map).collect())
    }
}

#[tokio::test(start_paused = true)]
async fn generic_blocks() {
    let server = Flaky::failing(2);
    let generic = Generic {
        server: &server,
        values: ["a", "b"],
    };
    assert_third(&server, generic.first().await, Some(&"a"));
    let server = Flaky::failing(2);
    let generic = Generic {
        server: &server,
        values: [1],
    };
    assert!(generic.mapped(|value| value + 1).await.is_err());
    assert_eq!(server.calls(), 2, "one retry for one value");
}

trait Native {
    async fn get(&self) -> io::Result<u32>;
    async fn charge(&self) -> io::Result<u32>;
    fn pure(&self) -> u32;
}

#[retry(max = 2)]
impl Native for Client {
    #[idempotent]
    async fn get(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    #[once]
    async fn charge(&self) -> io::Result<u32> {
        self.server.call_later().await
    }

    fn pure(&self) -> u32 {
        1
    }
}

#[tokio::test(start_paused = true)]
async fn blocks_of_native_async_traits() {
    let server = Flaky::failing(2);
    assert_third(&server, Native::get(&Client::new(&server)).await, 3);
    let server = Flaky::failing(2);
    assert!(Native::charge(&Client::new(&server)).await.is_err());
    assert_eq!(server.calls() + Client::new(&server).pure(), 2);
}

#[async_trait]
trait Boxing {
    async fn get(&mut self, name: String, count: u32, rest: &[u32]) -> io::Result<u32>;
    async fn twice(self: Box<Self>) -> io::Result<u32>;
    #[non_idempotent]
    async fn charge(&self) -> io::Result<u32>;
}

struct Below(Client);
struct Above(Client);

#[async_trait]
#[retry(max = 3, before_retry = |_| self.0.note_one())]
impl Boxing for Below {
    #[safe_to_repeat]
    async fn get(&mut self, name: String, mut count: u32, mut rest: &[u32]) -> io::Result<u32> {
        count += 1;
        rest = &rest[1..];
        self.0.server.call_later().await?;
        Ok(self.0.notes + count + name.len() as u32 + rest.len() as u32)
    }

    #[retry(max = 1, before_retry = |_| ())]
    #[cfg_attr(all(), idempotent)]
    async fn twice(self: Box<Self>) -> io::Result<u32> {
        self.0.server.call_later().await
    }

    #[non_idempotent]
    async fn charge(&self) -> io::Result<u32> {
        self.0.server.call_later().await
    }
}

#[retry(max = 3, before_retry = |_| self.0.note_one())]
#[async_trait]
impl Boxing for Above {
    #[safe_to_repeat]
    async fn get(&mut self, name: String, mut count: u32, mut rest: &[u32]) -> io::Result<u32> {
        count += 1;
        rest = &rest[1..];
        self.0.server.call_later().await?;
        Ok(self.0.notes + count + name.len() as u32 + rest.len() as u32)
    }

    #[retry(max = 1, before_retry = |_| ())]
    #[cfg_attr(all(), idempotent)]
    async fn twice(self: Box<Self>) -> io::Result<u32> {
        self.0.server.call_later().await
    }

    #[non_idempotent]
    async fn charge(&self) -> io::Result<u32> {
        self.0.server.call_later().await
    }
}

impl Client {
    async fn note_one(&mut self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.notes += 1;
    }
}

async fn check_boxing<C: Boxing + Send + 'static>(wrap: fn(Client) -> C) {
    let server = Flaky::failing(2);
    let mut client = wrap(Client::new(&server));
    let found = tokio::spawn(async move { client.get("four".into(), 0, &[1, 2]).await });
    assert_third(&server, found.await.unwrap(), 2 + 1 + 4 + 1);
    let server = Flaky::failing(2);
    let client = Box::new(wrap(Client::new(&server)));
    assert!(client.twice().await.is_err());
    assert_eq!(server.calls(), 2);
    let server = Flaky::failing(2);
    assert!(wrap(Client::new(&server)).charge().await.is_err());
    assert_eq!(server.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn blocks_under_async_trait_in_either_order() {
    check_boxing(Below).await;
    check_boxing(Above).await;
}
