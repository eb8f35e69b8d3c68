//! Methods of clients.

use crate::support::{Fault, ms, timed};
use crate::{Log, Server};
use retry_runtime::{Budget, Policy, idempotent, non_idempotent, retry};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

const QUICK: Policy = Policy::DEFAULT.with_max(2);

enum Command {
    Get(u32),
    Increment(u32),
    Flush,
}

struct Cache {
    server: Server<u32, Fault>,
    budget: Budget,
}

impl Cache {
    /// One arm is retried by a policy, one by a budget too, and one must not be.
    async fn execute(&self, command: Command) -> Result<u32, Fault> {
        match command {
            Command::Get(key) => QUICK.run(|_| self.get(key)).await,
            Command::Increment(by) => self.get(0).await.map(|value| value + by),
            Command::Flush => {
                let flush = Policy::DEFAULT.with_max(5);
                flush.run(|_| self.get(0)).budget(&self.budget).await
            }
        }
    }

    async fn get(&self, key: u32) -> Result<u32, Fault> {
        self.server.call().map(|value| value + key)
    }
}

fn cache(failures: usize) -> Cache {
    Cache {
        server: Server::failing(failures, Fault::Down(0), 40),
        budget: Budget::standard(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_in_a_match_arm() {
    let down = cache(99);
    let (outcome, time) = timed(down.execute(Command::Get(2))).await;
    assert_eq!((outcome, down.server.calls()), (Err(Fault::Down(0)), 3));
    // 100 and 150 ms, each shortened by up to half.
    assert!((ms(125)..=ms(252)).contains(&time), "{time:?}");

    assert_eq!(cache(2).execute(Command::Get(2)).await, Ok(42));
    let once = cache(1);
    assert!(once.execute(Command::Increment(1)).await.is_err());
    assert_eq!(once.server.calls(), 1);
    // The budget lets the first three calls make all their retries, and no more.
    let poor = cache(999);
    for _ in 0..100 {
        assert!(poor.execute(Command::Flush).await.is_err());
    }
    assert_eq!(poor.server.calls(), 100 + 3 * 5);
}

/// A request that is built, and consumed when it is sent.
#[derive(Clone)]
struct Request {
    path: String,
    headers: Vec<(&'static str, String)>,
}

impl Request {
    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    #[retry(max = 2, backoff = fixed(100ms), jitter = none)]
    async fn send(self, server: &Server<u32, Fault>, log: &Log) -> Result<u32, Fault> {
        self.clone().transmit(server, log).await
    }

    async fn transmit(self, server: &Server<u32, Fault>, log: &Log) -> Result<u32, Fault> {
        let request = self.header("sent", "now");
        log.add(format!("{} {}", request.path, request.headers.len()));
        server.call()
    }
}

#[tokio::test(start_paused = true)]
async fn an_owned_self() {
    let (server, log) = (Server::failing(2, Fault::Down(0), 200), Log::default());
    let request = Request {
        path: String::from("/users"),
        headers: Vec::new(),
    };
    let (outcome, time) = timed(request.header("accept", "*").send(&server, &log)).await;
    assert_eq!((outcome, time), (Ok(200), ms(200)));
    // Each attempt has the headers of the call, and not those that a failed one added.
    assert_eq!(log.lines(), ["/users 2"; 3]);
}

struct Worker {
    server: Server<u32, Fault>,
}

impl Worker {
    /// Each attempt is a task of its own, which outlives the borrow of `self`.
    #[retry(max = 3, backoff = none)]
    async fn run(self: Arc<Self>, job: u32) -> Result<u32, Fault> {
        let worker = Arc::clone(&self);
        let task = tokio::spawn(async move { worker.server.call().map(|done| done + job) });
        task.await.expect("the task does not panic")
    }
}

#[tokio::test]
async fn a_method_of_a_shared_self() {
    let worker = Arc::new(Worker {
        server: Server::failing(3, Fault::Down(0), 10),
    });
    let task = tokio::spawn(Arc::clone(&worker).run(7));
    assert_eq!(task.await.unwrap(), Ok(17));
    assert_eq!(worker.server.calls(), 4);
    assert_eq!(Arc::strong_count(&worker), 1);
}

type Handler = Box<dyn Fn(u32) -> Answer + Send + Sync>;
type Answer = Pin<Box<dyn Future<Output = Result<u32, Fault>> + Send>>;

/// A handler from a table, which makes a boxed future of each request.
struct Router {
    handlers: Vec<(&'static str, Handler)>,
}

impl Router {
    async fn route(&self, name: &str, request: u32) -> Result<u32, Fault> {
        let handler = self.handlers.iter().find(|(known, _)| *known == name);
        let (_, handler) = handler.ok_or(Fault::Bad(404))?;
        QUICK.run(|_| handler(request)).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_boxed_handler() {
    let server = Arc::new(Server::failing(1, Fault::Down(0), 1));
    let counted = Arc::clone(&server);
    let handler = move |request| -> Answer {
        let server = Arc::clone(&server);
        Box::pin(async move { server.call().map(|answer| answer + request) })
    };
    let router = Router {
        handlers: vec![("add", Box::new(handler))],
    };
    assert_eq!(router.route("add", 4).await, Ok(5));
    assert_eq!(counted.calls(), 2);
    assert_eq!(router.route("subtract", 4).await, Err(Fault::Bad(404)));
}

/// A whole client at once: what reads is retried, what writes is not.
struct Accounts {
    server: Server<u32, Fault>,
    budget: Budget,
}

#[retry(max = 2, backoff = fixed(50ms), jitter = none, budget = &self.budget)]
impl Accounts {
    #[idempotent]
    async fn balance(&self) -> Result<u32, Fault> {
        self.server.call()
    }

    #[idempotent]
    #[retry(max = 1)]
    async fn close(&mut self) -> Result<u32, Fault> {
        self.server.call()
    }

    #[non_idempotent]
    async fn transfer(&self) -> Result<u32, Fault> {
        self.server.call()
    }
}

#[tokio::test(start_paused = true)]
async fn an_impl_block_of_reads_and_writes() {
    let accounts = || Accounts {
        server: Server::failing(99, Fault::Down(0), 0),
        budget: Budget::standard(),
    };
    let mut down = accounts();
    let (outcome, time) = timed(down.balance()).await;
    assert_eq!((outcome, time), (Err(Fault::Down(0)), ms(100)));
    assert_eq!(down.server.calls(), 3);
    assert!(down.close().await.is_err());
    assert_eq!(down.server.calls(), 3 + 2);
    assert!(down.transfer().await.is_err());
    assert_eq!(down.server.calls(), 3 + 2 + 1);
}

/// Goes to the next replica at each retry, and tells of those that failed.
#[retry(attempt = at, max = replicas.len() - 1, backoff = none, on = |_| true,
    notify = |failure| log.add(format!("{} failed", failure.attempt())))]
async fn read_any(replicas: &[Server<u32, Fault>], log: &Log) -> Result<u32, Fault> {
    let replica = at.choose(replicas).ok_or(Fault::Bad(0))?;
    replica.call()
}

#[tokio::test]
async fn the_next_replica_at_each_retry() {
    let dead = || Server::failing(99, Fault::Bad(500), 0);
    let (replicas, log) = ([dead(), dead(), dead()], Log::default());
    assert_eq!(read_any(&replicas, &log).await, Err(Fault::Bad(500)));
    assert_eq!(replicas.map(|replica| replica.calls()), [1, 1, 1]);
    assert_eq!(log.lines(), ["1 failed", "2 failed"]);

    let alone = [dead()];
    assert_eq!(read_any(&alone, &log).await, Err(Fault::Bad(500)));
    assert_eq!(alone[0].calls(), 1);
}
