//! Functions, traits and impl blocks.

use crate::forms::by_now;
use crate::scope::Client;
use crate::support::{Calls, Fault, ms};
use retry_runtime::{Ended, retry};
use std::future::Future;
use std::pin::Pin;
use tokio::time::sleep;

mod of_a_block {
    use super::{Client, Fault};
    use retry_runtime::{idempotent, retry};

    pub(super) struct Users(pub(super) Client);

    #[retry(backoff = none, fallback = |error| self.0.cached(error))]
    impl Users {
        #[idempotent]
        pub(super) fn get(&self) -> Result<u32, Fault> {
            self.0.calls.fail()
        }

        #[idempotent]
        pub(super) async fn list(&self) -> Result<u32, Fault> {
            self.0.calls.fail()
        }

        #[idempotent]
        #[retry(fallback = |_| Ok(3))]
        pub(super) async fn count(&self) -> Result<u32, Fault> {
            self.0.calls.fail()
        }
    }

    pub(super) fn users(cached: Option<u32>) -> Users {
        Users(Client::new(cached))
    }
}

#[tokio::test]
async fn it_may_stand_on_an_impl_block() {
    let users = of_a_block::users(Some(6));
    assert_eq!(users.get(), Ok(6));
    assert_eq!(users.list().await, Ok(6));
    assert_eq!(users.count().await, Ok(3));
    let users = of_a_block::users(None);
    assert_eq!(users.get(), Err(Fault::Down(4)));
    assert_eq!(users.list().await, Err(Fault::Down(8)));
}

#[retry(sleep = crate::support::skip, fallback = |error, end| {
    if calls.count() < 4 {
        return Err(error);
    }
    let number = Err(Fault::Bad(3)).or(Ok::<u32, Fault>(30))?;
    assert_eq!((end.reason, end.attempts), (Ended::Exhausted, 4));
    Ok(number)
})]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(sleep = crate::support::skip, fallback = by_now)]
fn sync_path(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[test]
fn a_sync_function_has_one_too() {
    assert_eq!(sync(&Calls::new()), Ok(30));
    assert_eq!(sync_path(&Calls::new()), Ok(1004));
}

#[async_trait::async_trait]
trait Remote {
    async fn get(&self, id: u32) -> Result<u32, Fault>;
    async fn list(&self) -> Result<u32, Fault>;
}

#[async_trait::async_trait]
impl Remote for Client {
    #[retry(backoff = none, fallback = |_| self.replica(id))]
    async fn get(&self, id: u32) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = none, fallback = |error| { sleep(ms(1)).await; self.cached(error) })]
    async fn list(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn it_works_under_async_trait() {
    let remote: Box<dyn Remote + Sync> = Box::new(Client::new(Some(40)));
    assert_eq!(remote.get(2).await, Ok(42));
    assert_eq!(remote.list().await, Ok(40));
}

#[retry(backoff = none, fallback = |_| Ok(5))]
fn future(calls: &Calls) -> impl Future<Output = Result<u32, Fault>> + '_ {
    async { calls.fail() }
}

#[retry(backoff = none, fallback = |_| async { sleep(ms(1)).await; Ok(6) })]
fn boxed_future(calls: &Calls) -> Pin<Box<dyn Future<Output = Result<u32, Fault>> + Send + '_>> {
    Box::pin(async move { calls.fail() })
}

#[tokio::test(start_paused = true)]
async fn it_works_in_a_function_that_returns_a_future() {
    assert_eq!(future(&Calls::new()).await, Ok(5));
    assert_eq!(boxed_future(&Calls::new()).await, Ok(6));
}

#[retry(backoff = none, fallback = |_| std::future::ready(Ok(1)))]
async fn sendable(name: String) -> Result<u32, Fault> {
    sleep(ms(1)).await;
    Err(Fault::Down(u32::from(name.is_empty())))
}

#[tokio::test(start_paused = true)]
async fn the_future_stays_send() {
    assert_eq!(tokio::spawn(sendable(String::new())).await.unwrap(), Ok(1));
}
