//! The job queue, and all that is known here of the engine below it.
//!
//! Its jobs are in a file of `SQLite`, or in Redis. For Postgres there would be a
//! third [`Storage`], `PostgresStorage<Job>` of `apalis-postgres` over a `PgPool`;
//! nothing else would change.

use crate::{PlaceOrder, Shop};
use apalis::prelude::{BoxDynError, Data, TaskBuilder, TaskSink, WorkerBuilder};
use apalis_redis::RedisStorage;
use apalis_sqlite::{SqliteConnectOptions, SqlitePool, SqliteStorage};
use retry_runtime::IdempotencyKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Why a job could not be stored, or the worker stopped.
pub type QueueError = BoxDynError;

/// The engine's name for the queue.
const NAME: &str = "orders";

/// How often a worker says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// What is stored: the order and its key.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Job {
    order: PlaceOrder,
    /// 32 hexadecimal digits: not every JSON parser reads numbers of 128 bits.
    key: String,
}

#[derive(Clone, Debug)]
enum Storage {
    Sqlite(SqliteStorage<Job>),
    Redis(RedisStorage<Job>),
}

impl Storage {
    async fn sqlite(file: &str) -> Result<Self, QueueError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await?;
        SqliteStorage::setup(&pool).await?;
        // Its jobs go to another worker at the second heartbeat that is missing.
        let config = apalis_sqlite::Config::default()
            .queue(NAME)
            .heartbeat_interval(HEARTBEAT);
        Ok(Self::Sqlite(SqliteStorage::new(&pool).with_config(config)))
    }

    async fn redis(url: &str) -> Result<Self, QueueError> {
        let connection = apalis_redis::connect(url).await?;
        let config = apalis_redis::Config::default()
            .queue(NAME)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(2)
            // Left out, it is 0 s: the key is forgotten as soon as it is stored.
            .idempotency_ttl(Some(Duration::from_hours(24)));
        let storage = RedisStorage::new(connection).with_config(config);
        Ok(Self::Redis(storage))
    }
}

/// Orders that are still to be placed.
#[derive(Clone, Debug)]
pub struct Queue {
    storage: Storage,
}

impl Queue {
    /// Opens the queue in this store: `redis://HOST:PORT`, or a file of `SQLite`,
    /// which is made where it is missing.
    ///
    /// # Errors
    ///
    /// The store cannot be used.
    pub async fn open(store: &str) -> Result<Self, QueueError> {
        let storage = match store.split_once("://") {
            Some(("redis", _)) => Storage::redis(store).await?,
            Some((scheme, _)) => {
                let wrong = format!(
                    "`{scheme}` is no store: write `redis://HOST:PORT`, or the path of a file"
                );
                return Err(wrong.into());
            }
            None => Storage::sqlite(store).await?,
        };
        Ok(Self { storage })
    }

    /// Stores an order: when this returns, it outlives the process. Handed over
    /// twice, it is stored once; Redis remembers for a day.
    ///
    /// In Redis it is as safe as that server writes to disk: `appendonly yes`
    /// for one that may be killed too.
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
        match self.storage.clone() {
            Storage::Sqlite(mut storage) => storage.push_task(task).await?,
            Storage::Redis(mut storage) => storage.push_task(task).await?,
        }
        Ok(())
    }

    /// Places what is stored, for ever. Any number of processes may do so.
    ///
    /// # Errors
    ///
    /// The queue cannot be used any more.
    pub async fn work(&self, shop: Arc<Shop>) -> Result<(), QueueError> {
        // The name of a worker that lives is not given twice.
        let worker = WorkerBuilder::new(format!("later-{}", std::process::id()));
        match self.storage.clone() {
            Storage::Sqlite(storage) => worker.backend(storage).data(shop).build(run).run().await?,
            Storage::Redis(storage) => worker.backend(storage).data(shop).build(run).run().await?,
        }
        Ok(())
    }
}

/// An error gives the job back to the engine, which starts it 25 times in all and
/// then keeps it as failed, for somebody to look at.
async fn run(job: Job, shop: Data<Arc<Shop>>) -> Result<(), BoxDynError> {
    let key = IdempotencyKey::from_u128(u128::from_str_radix(&job.key, 16)?);
    shop.place_again(&job.order, key).await?;
    Ok(())
}
