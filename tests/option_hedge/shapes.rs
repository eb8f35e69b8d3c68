//! Functions, traits and impl blocks.

use crate::service::slow_first;
use crate::support::{Calls, Fault, ms, timed};
use retry_runtime::{idempotent, retry};
use std::future::{Future, pending};
use std::pin::Pin;
use tokio::time::sleep;

/// Neither `Copy` nor `Clone`.
struct Order {
    id: String,
}

#[retry(hedge = 10ms, attempt = at)]
async fn owned(
    order: Order,
    mut number: u32,
    (left, mut right): (u32, u32),
) -> Result<String, Fault> {
    number += 1;
    right += left;
    if at.number() == 1 {
        sleep(ms(1000)).await;
    }
    Ok(format!(
        "{} {number} {left} {right} {}",
        order.id,
        at.number()
    ))
}

#[tokio::test(start_paused = true)]
async fn attempts_share_the_arguments_and_rebind_the_mutable_ones() {
    let order = Order { id: "a".to_owned() };
    // Across threads: the future is `Send`.
    let task = tokio::spawn(owned(order, 1, (2, 3)));
    assert_eq!(task.await.unwrap(), Ok("a 2 2 5 2".to_owned()));
}

#[retry(hedge = 10ms, attempt = at)]
async fn generic<K: AsRef<str> + Sync>(keys: &[K]) -> Result<usize, Fault> {
    if at.number() == 1 {
        pending::<()>().await;
    }
    Ok(keys.iter().map(|key| key.as_ref().len()).sum())
}

#[retry(hedge = 10ms)]
fn future(calls: &Calls) -> impl Future<Output = Result<u32, Fault>> + Send + '_ {
    async move { slow_first(calls, 1000).await }
}

#[retry(hedge = 10ms)]
fn boxed(calls: &Calls) -> Pin<Box<dyn Future<Output = Result<u32, Fault>> + Send + '_>> {
    Box::pin(async move { slow_first(calls, 1000).await })
}

#[retry(hedge = 10ms)]
fn forwarding(calls: &Calls) -> impl Future<Output = Result<u32, Fault>> + '_ {
    slow_first(calls, 1000)
}

#[tokio::test(start_paused = true)]
async fn it_works_in_every_shape_of_function() {
    assert_eq!(generic(&["one", "two"]).await, Ok(6));
    assert_eq!(timed(future(&Calls::new())).await, (Ok(2), ms(10)));
    assert_eq!(timed(boxed(&Calls::new())).await, (Ok(2), ms(10)));
    assert_eq!(timed(forwarding(&Calls::new())).await, (Ok(2), ms(10)));
}

#[async_trait::async_trait]
trait Remote {
    async fn get(&self, id: u32) -> Result<u32, Fault>;
}

#[async_trait::async_trait]
impl Remote for Calls {
    #[retry(hedge(10ms, 2), name = "remote.get")]
    async fn get(&self, id: u32) -> Result<u32, Fault> {
        slow_first(self, 1000).await.map(|number| number + id)
    }
}

trait Native {
    async fn get(&self, id: u32) -> Result<u32, Fault>;
}

impl Native for Calls {
    #[retry(hedge = 10ms)]
    async fn get(&self, id: u32) -> Result<u32, Fault> {
        slow_first(self, 1000).await.map(|number| number + id)
    }
}

#[tokio::test(start_paused = true)]
async fn it_works_in_traits() {
    let remote: Box<dyn Remote> = Box::new(Calls::new());
    assert_eq!(timed(remote.get(40)).await, (Ok(42), ms(10)));
    let native = Calls::new();
    assert_eq!(timed(Native::get(&native, 40)).await, (Ok(42), ms(10)));
}

struct Users(Calls);

#[retry(hedge = 10ms)]
impl Users {
    #[idempotent]
    async fn get(&self) -> Result<u32, Fault> {
        slow_first(&self.0, 1000).await
    }

    #[idempotent]
    #[retry(hedge(20ms, 2))]
    async fn list(&self) -> Result<u32, Fault> {
        slow_first(&self.0, 1000).await
    }
}

#[tokio::test(start_paused = true)]
async fn it_may_stand_on_an_impl_block() {
    assert_eq!(timed(Users(Calls::new()).get()).await.1, ms(10));
    assert_eq!(timed(Users(Calls::new()).list()).await.1, ms(20));
}
