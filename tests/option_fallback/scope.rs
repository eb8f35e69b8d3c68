//! It stands in the scope of the function.

use crate::support::{Calls, Fault, ms};
use retry_runtime::retry;
use tokio::time::sleep;

/// A client that remembers.
pub(crate) struct Client {
    pub(crate) calls: Calls,
    cached: Option<u32>,
    stale: u32,
}

impl Client {
    pub(crate) fn new(cached: Option<u32>) -> Self {
        Self {
            calls: Calls::new(),
            cached,
            stale: 0,
        }
    }

    pub(crate) fn cached(&self, error: Fault) -> Result<u32, Fault> {
        self.cached.ok_or(error)
    }

    pub(crate) async fn replica(&self, id: u32) -> Result<u32, Fault> {
        sleep(ms(1)).await;
        self.cached.map(|cached| cached + id).ok_or(Fault::Bad(id))
    }

    #[retry(backoff = none, fallback = |error| self.cached(error))]
    async fn get(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = none, fallback = |_| {
        let copy = self.replica(id).await?;
        if copy > 100 {
            return Ok(100);
        }
        Ok(copy)
    })]
    async fn by_replica(&self, id: u32) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = none, fallback = |_| { self.stale += 1; Ok(self.stale) })]
    async fn exclusive(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = none, fallback = |_| Ok(name))]
    async fn moves(&self, name: String) -> Result<String, Fault> {
        self.calls.fail().map(|_| name.to_uppercase())
    }

    #[retry(backoff = none, fallback = |_| Ok(number))]
    async fn rebound(&self, mut number: u32) -> Result<u32, Fault> {
        number += 1;
        self.calls.fail().map(|_| number)
    }
}

#[tokio::test(start_paused = true)]
async fn it_stands_in_the_functions_own_scope() {
    assert_eq!(Client::new(Some(5)).get().await, Ok(5));
    assert_eq!(Client::new(None).get().await, Err(Fault::Down(4)));
    let mut client = Client::new(None);
    assert_eq!(client.exclusive().await, Ok(1));
    assert_eq!(client.exclusive().await, Ok(2));
    assert_eq!(client.moves("ann".to_owned()).await, Ok("ann".to_owned()));
    assert_eq!(client.rebound(1).await, Ok(1), "the call's own argument");
}

#[tokio::test(start_paused = true)]
async fn awaits_question_marks_and_returns_in_it_are_its_own() {
    assert_eq!(Client::new(Some(5)).by_replica(2).await, Ok(7));
    assert_eq!(Client::new(Some(500)).by_replica(2).await, Ok(100));
    assert_eq!(Client::new(None).by_replica(2).await, Err(Fault::Bad(2)));
}
