//! `rejected`: how the word of an open circuit breaker becomes an error.

mod outage;
mod support;

use outage::{Breaker, Door};
use retry_runtime::{Rejected, retry};
use std::io;
use support::{Calls, Fault};

struct Client {
    breaker: Breaker,
    calls: Calls,
}

impl Client {
    const fn new(door: Door) -> Self {
        Self {
            breaker: Breaker::new(door),
            calls: Calls::new(),
        }
    }

    #[retry(breaker = &self.breaker, rejected = |_| Fault::Bad(77))]
    async fn by_closure(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(breaker = &self.breaker, rejected = unavailable)]
    async fn by_path(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(breaker = &self.breaker, rejected = unavailable, sleep = support::skip)]
    fn sync(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(breaker = &self.breaker)]
    async fn by_from(&self) -> io::Result<u32> {
        self.calls.next();
        Ok(1)
    }
}

fn unavailable(_: Rejected) -> Fault {
    Fault::Bad(503)
}

#[tokio::test(start_paused = true)]
async fn a_rejection_becomes_an_error_as_written() {
    let client = Client::new(Door::Open);
    assert_eq!(client.by_closure().await, Err(Fault::Bad(77)));
    assert_eq!(client.by_path().await, Err(Fault::Bad(503)));
    assert_eq!(client.sync(), Err(Fault::Bad(503)));
    assert_eq!(client.calls.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn it_ends_the_retries_of_a_breaker_that_opens_in_between() {
    let client = Client::new(Door::OpensAt(2));
    assert_eq!(client.by_path().await, Err(Fault::Bad(503)));
    assert_eq!(client.calls.count(), 2);
}

#[tokio::test]
async fn an_io_error_carries_it_by_itself() {
    let client = Client::new(Door::Open);
    let error = client.by_from().await.unwrap_err();
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    assert_eq!(inner, Some(&Rejected::new()));
    assert_eq!(Client::new(Door::Closed).by_from().await.unwrap(), 1);
}
