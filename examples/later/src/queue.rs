//! The job queue, and all that is known here of the engine below it.
//!
//! Its jobs are in a file of `SQLite`, or in Redis. For Postgres there would be a
//! third [`Storage`], `PostgresStorage<Job>` of `apalis-postgres` over a `PgPool`;
//! nothing else would change.

use crate::{PlaceOrder, Shop};
use apalis::prelude::{BoxDynError, Data, TaskBuilder, TaskSink, WorkerBuilder, WorkerError};
use apalis_redis::RedisStorage;
use apalis_sqlite::{SqliteConnectOptions, SqlitePool, SqliteStorage};
use redis::Client;
use redis::aio::ConnectionManagerConfig;
use retry_runtime::{IdempotencyKey, retry};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// Why the store cannot be used, or a job not be stored.
pub type QueueError = BoxDynError;

/// The engine's name for the queue.
const NAME: &str = "orders";

/// How often a worker says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// How long Redis may take for a connection, and for an answer. Its client's own
/// 500 ms are soon over, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a worker waits before it goes back to a store that has failed.
const PAUSE: Duration = Duration::from_secs(1);

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
        let timeouts = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let client = Client::open(url)?;
        let connection = client.get_connection_manager_with_config(timeouts).await?;
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
    /// twice, it is stored once; Redis remembers for a day. So it can be tried
    /// again, whatever became of the first attempt.
    ///
    /// In Redis it is as safe as that server writes to disk: `appendonly yes`
    /// for one that may be killed too.
    ///
    /// # Errors
    ///
    /// It could not be stored.
    #[retry(max = 3, backoff = exp(100ms, 2, 2s), deadline = 30s, key = key, budget = none,
            on = |_| true, elapsed = QueueError::from)]
    pub async fn push(&self, order: &PlaceOrder, key: IdempotencyKey) -> Result<(), QueueError> {
        let key = format!("{:032x}", key.as_u128());
        let task = TaskBuilder::new(Job {
            order: order.clone(),
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
    /// A store that fails is gone back to, and its error written to the standard
    /// error output.
    pub async fn work(&self, shop: Arc<Shop>) -> Infallible {
        loop {
            // A worker of the engine's ends at the first error of its store.
            let ended = self.work_until_the_store_fails(Arc::clone(&shop)).await;
            let why = ended.map_or_else(|error| error.to_string(), |()| "it has ended".into());
            eprintln!("the worker starts again in {PAUSE:?}: {why}");
            sleep(PAUSE).await;
        }
    }

    async fn work_until_the_store_fails(&self, shop: Arc<Shop>) -> Result<(), WorkerError> {
        // Another name each time: what the last worker has left unfinished becomes
        // another's once that name has been silent for long enough.
        let worker = WorkerBuilder::new(format!("later-{}", IdempotencyKey::new()));
        match self.storage.clone() {
            Storage::Sqlite(storage) => worker.backend(storage).data(shop).build(run).run().await,
            Storage::Redis(storage) => worker.backend(storage).data(shop).build(run).run().await,
        }
    }
}

/// An error gives the job back to the engine, which starts it 25 times in all and
/// then keeps it as failed, for somebody to look at.
async fn run(job: Job, shop: Data<Arc<Shop>>) -> Result<(), BoxDynError> {
    let key = IdempotencyKey::from_u128(u128::from_str_radix(&job.key, 16)?);
    shop.place_again(&job.order, key).await?;
    Ok(())
}
