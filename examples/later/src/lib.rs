//! Asynchronous retries: what cannot be done now is done later.
//!
//! Retries in the call bridge seconds. For an outage of an hour the order goes
//! into a job queue: [`Shop::place`] hands it over in its `fallback`, with the
//! [`IdempotencyKey`] that its attempts have used. Any of them may have been
//! executed, its answer lost; so the queue's worker repeats the order **under that
//! same key**, and the shop recognises it. However often processes are killed
//! between, the order exists once.
//!
//! The queue is `apalis`, its jobs in a file of `SQLite` or, with
//! `--store redis://127.0.0.1`, in Redis. `queue.rs` is all that knows of that.
//!
//! What is not promised: a process that is killed before the fallback has run has
//! told nobody anything, and its order may exist or not. Where that is not enough,
//! write the job first and let the worker make the first attempt too.

mod queue;

pub use queue::{Queue, QueueError};

use retry_runtime::{Budget, Ended, IdempotencyKey, Operation, retry};
use serde::{Deserialize, Serialize};
use std::io;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// The request. The compiler asks every retry of it for a key.
#[derive(Clone, Debug, Deserialize, Operation, Serialize)]
#[operation(keyed)]
pub struct PlaceOrder {
    /// What is ordered.
    pub item: String,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Placed {
    /// It has this number.
    Now(u64),
    /// It is in the queue.
    Later,
}

/// A client of the shop.
#[derive(Debug)]
pub struct Shop {
    server: String,
    queue: Queue,
    budget: Budget,
}

impl Shop {
    /// A client of the shop at `server`.
    #[must_use]
    pub fn new(server: impl Into<String>, queue: Queue) -> Self {
        Self {
            server: server.into(),
            queue,
            budget: Budget::standard(),
        }
    }

    /// Places an order: now, or else later.
    ///
    /// # Errors
    ///
    /// The shop refuses the order, or neither the shop nor the queue can be
    /// reached.
    #[retry(max = 2, backoff = exp(50ms, 2, 1s), timeout = 5s, deadline = 20s, key = key,
            budget = &self.budget,
            fallback = |error, end| self.hand_over(order, key, error, end.reason))]
    pub async fn place(&self, order: &PlaceOrder) -> io::Result<Placed> {
        self.request(order, key).await.map(Placed::Now)
    }

    /// Places an order that was handed over before, however long the outage lasts:
    /// an engine that got the job back would count its own attempts, and give up
    /// within a minute. Once a minute asks for no budget.
    ///
    /// # Errors
    ///
    /// The shop has answered, and not with an order.
    #[retry(max = u32::MAX, backoff = exp(100ms, 2, 1m), timeout = 5s, key = key,
            budget = none, on = |error| error.kind() != io::ErrorKind::Other)]
    pub async fn place_again(&self, order: &PlaceOrder, key: IdempotencyKey) -> io::Result<u64> {
        self.request(order, key).await
    }

    async fn hand_over(
        &self,
        order: &PlaceOrder,
        key: IdempotencyKey,
        error: io::Error,
        ended: Ended,
    ) -> io::Result<Placed> {
        if ended == Ended::Permanent {
            return Err(error);
        }
        let handed_over = self.queue.push(order, key).await;
        handed_over.map_err(io::Error::other)?;
        Ok(Placed::Later)
    }

    /// One line there, `place KEY ITEM`, and one back, `order NUMBER`.
    async fn request(&self, order: &PlaceOrder, key: IdempotencyKey) -> io::Result<u64> {
        let mut stream = BufReader::new(TcpStream::connect(&self.server).await?);
        let request = format!("place {key} {}\n", order.item);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        if stream.read_line(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let number = answer.trim_end().strip_prefix("order ");
        let number = number.and_then(|number| number.parse().ok());
        number.ok_or_else(|| io::Error::other(answer))
    }
}
