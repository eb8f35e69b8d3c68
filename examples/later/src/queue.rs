//! The job queue, and all that is known here of the engine below it.
//!
//! For Redis, put `apalis-redis` in place of `apalis-sqlite`: [`Storage`] is then
//! its `RedisStorage<Job>`, opened with `RedisStorage::new(apalis_redis::connect(url).await?)`.
//! For Postgres, `apalis-postgres` and its `PostgresStorage<Job>` over a `PgPool`.
//! Nothing else changes, here or in the rest of the example.

use crate::{PlaceOrder, Shop};
use apalis::prelude::{BoxDynError, Data, TaskBuilder, TaskSink, WorkerBuilder};
use apalis_sqlite::{Config, SqliteConnectOptions, SqlitePool, SqliteStorage};
use retry_runtime::IdempotencyKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Why a job could not be stored, or the worker stopped.
pub type QueueError = BoxDynError;

type Storage = SqliteStorage<Job>;

/// What is stored: the order and its key.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Job {
    order: PlaceOrder,
    /// 32 hexadecimal digits: not every JSON parser reads numbers of 128 bits.
    key: String,
}

/// Orders that are still to be placed.
#[derive(Clone, Debug)]
pub struct Queue {
    storage: Storage,
}

impl Queue {
    /// Opens the queue in this file, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// The file cannot be used.
    pub async fn open(file: &str) -> Result<Self, QueueError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await?;
        SqliteStorage::setup(&pool).await?;
        // The jobs of a worker that is not heard of for 2 s go to another.
        let config = Config::default()
            .queue("orders")
            .heartbeat_interval(Duration::from_secs(1));
        let storage = SqliteStorage::new(&pool).with_config(config);
        Ok(Self { storage })
    }

    /// Stores an order: it is on disk when this returns. Handed over twice, it
    /// is stored once.
    ///
    /// # Errors
    ///
    /// It could not be stored.
    pub async fn push(&self, order: PlaceOrder, key: IdempotencyKey) -> Result<(), QueueError> {
        let key = format!("{:032x}", key.as_u128());
        let task = TaskBuilder::new(Job {
            order,
            key: key.clone(),
        });
        let task = task.idempotency_key(key).build();
        self.storage.clone().push_task(task).await?;
        Ok(())
    }

    /// Places what is stored, for ever. Any number of processes may do so.
    ///
    /// # Errors
    ///
    /// The queue cannot be used any more.
    pub async fn work(&self, shop: Arc<Shop>) -> Result<(), QueueError> {
        // The name of a worker that lives is not given twice.
        let name = format!("later-{}", std::process::id());
        WorkerBuilder::new(name)
            .backend(self.storage.clone())
            .data(shop)
            .build(run)
            .run()
            .await?;
        Ok(())
    }
}

/// An error gives the job back to the queue.
async fn run(job: Job, shop: Data<Arc<Shop>>) -> Result<(), BoxDynError> {
    let key = IdempotencyKey::from_u128(u128::from_str_radix(&job.key, 16)?);
    shop.place_again(&job.order, key).await?;
    Ok(())
}
