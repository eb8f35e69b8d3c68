//! `before_retry` and `fallback`: their bodies are one block each, which awaits
//! its future or ends in it.

use crate::support::{Calls, Fault};
use retry_runtime::retry;

struct Client {
    calls: Calls,
    reconnects: Calls,
}

impl Client {
    fn new() -> Self {
        Self {
            calls: Calls::new(),
            reconnects: Calls::new(),
        }
    }

    async fn reconnect(&self) -> Result<(), Fault> {
        self.reconnects.next();
        Ok(())
    }

    async fn cached(&self, error: Fault) -> Result<u32, Fault> {
        match error {
            Fault::Down(2) => Ok(70 + self.reconnects.count()),
            other => Err(other),
        }
    }

    #[retry(max = 1, backoff = none, before_retry = |_| { self.reconnect().await }, fallback = |error| { self.cached(error).await })]
    async fn awaited(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(max = 1, backoff = none, before_retry = |_| { self.reconnect() }, fallback = |error| { self.cached(error) })]
    async fn returned(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[retry(max = 1, backoff = none, before_retry = |_| {
    if calls.count() == 1 {
        return Ok(());
    }
    Err(Fault::Bad(0))
}, fallback = |error| {
    if error == Fault::Down(2) {
        return Ok(7);
    }
    Err(error)
})]
async fn left_early(calls: Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test]
async fn returns_end_the_block_alone() {
    let call = tokio::spawn(left_early(Calls::new()));
    assert_eq!(call.await.unwrap(), Ok(7));
}

#[tokio::test]
async fn blocks_await_their_future_or_end_in_it() {
    assert_eq!(Client::new().awaited().await, Ok(71));
    assert_eq!(Client::new().returned().await, Ok(71));
}
