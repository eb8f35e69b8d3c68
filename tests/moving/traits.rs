//! Traits and generics.

use crate::Server;
use crate::support::{Fault, ms, timed};
use async_trait::async_trait;
use retry_runtime::{Backoff, Jitter, Policy, Transient, Verdict, retry};
use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

trait Storage {
    type Error: Debug + Transient;

    fn read(&self, key: &str) -> impl Future<Output = Result<u32, Self::Error>> + Send;
    fn write(&mut self, key: String) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// A storage around another one, with the policy in a field.
struct Retrying<S> {
    inner: S,
    policy: Policy,
}

impl<S: Storage + Send + Sync> Storage for Retrying<S>
where
    S::Error: Send,
{
    type Error = S::Error;

    #[retry(policy = &self.policy, timeout = none, deadline = none)]
    async fn read(&self, key: &str) -> Result<u32, Self::Error> {
        self.inner.read(key).await
    }

    #[retry(policy = &self.policy, timeout = none, deadline = none, max = 1)]
    async fn write(&mut self, key: String) -> Result<(), Self::Error> {
        self.inner.write(key.clone()).await
    }
}

/// A storage whose errors know nothing of time limits.
struct Disk(Server<u32, DiskError>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum DiskError {
    Busy,
    Full,
}

impl Transient for DiskError {
    fn verdict(&self) -> Verdict {
        Verdict::from(matches!(self, Self::Busy))
    }
}

impl Storage for Disk {
    type Error = DiskError;

    async fn read(&self, _: &str) -> Result<u32, DiskError> {
        self.0.call()
    }

    async fn write(&mut self, _: String) -> Result<(), DiskError> {
        self.0.call().map(|_| ())
    }
}

fn retrying(script: Vec<Result<u32, DiskError>>) -> Retrying<Disk> {
    Retrying {
        inner: Disk(Server::new(script)),
        policy: Policy::DEFAULT
            .with_max(4)
            .with_backoff(Backoff::fixed(ms(10)).expect("10 ms is a wait"))
            .with_jitter(Jitter::NONE),
    }
}

#[tokio::test(start_paused = true)]
async fn a_generic_trait_with_the_policy_in_a_field() {
    let busy = || vec![Err(DiskError::Busy)];
    let mut disk = retrying(busy());
    let (outcome, time) = timed(disk.read("key")).await;
    assert_eq!((outcome, time), (Err(DiskError::Busy), ms(40)));
    assert_eq!(disk.inner.0.calls(), 5);
    assert_eq!(disk.write("key".into()).await, Err(DiskError::Busy));
    assert_eq!(disk.inner.0.calls(), 5 + 2);

    let full = retrying(vec![Err(DiskError::Full), Ok(1)]);
    assert_eq!(full.read("key").await, Err(DiskError::Full));
    assert_eq!(full.inner.0.calls(), 1);

    // The task asks the future to be `Send`.
    let disk = retrying(vec![Err(DiskError::Busy), Ok(1)]);
    let task = tokio::spawn(async move { disk.read("key").await });
    assert_eq!(task.await.unwrap(), Ok(1));
}

#[async_trait]
trait Mailer: Sync {
    async fn deliver(&self, to: &str) -> Result<u32, Fault>;

    #[retry(max = 1, backoff = fixed(1s), jitter = none)]
    async fn deliver_all(&self, all: &[&str]) -> Result<u32, Fault> {
        let mut sent = 0;
        for to in all {
            sent += self.deliver(to).await?;
        }
        Ok(sent)
    }
}

struct Smtp(Server<u32, Fault>);

#[async_trait]
impl Mailer for Smtp {
    #[retry(max = 3, backoff = fixed(100ms), jitter = none)]
    async fn deliver(&self, _: &str) -> Result<u32, Fault> {
        self.0.call()
    }
}

/// Two layers of retries: while the outer one is on its retry, the inner one does not
/// multiply it.
#[tokio::test(start_paused = true)]
async fn an_async_trait_in_two_layers() {
    let healthy: &dyn Mailer = &Smtp(Server::failing(3, Fault::Down(0), 1));
    let (outcome, time) = timed(healthy.deliver_all(&["ada", "grace"])).await;
    assert_eq!((outcome, time), (Ok(2), ms(300)));

    let down = Smtp(Server::failing(99, Fault::Down(0), 1));
    let (outcome, time) = timed(down.deliver_all(&["ada", "grace"])).await;
    assert_eq!((outcome, time), (Err(Fault::Down(0)), ms(300 + 1000)));
    assert_eq!(down.0.calls(), 4 + 1);
}

/// What a service reads from its settings.
struct Settings {
    max_retries: usize,
    interval: Duration,
    ceiling: Duration,
}

struct Configured {
    settings: Settings,
    server: Server<u32, Fault>,
}

impl Configured {
    #[retry(
        max = self.settings.max_retries,
        backoff = Backoff::exp(self.settings.interval, 2.0, self.settings.ceiling)
            .map_err(|_| Fault::Bad(0))?,
        jitter = none,
    )]
    async fn call(&self) -> Result<u32, Fault> {
        self.server.call()
    }
}

#[tokio::test(start_paused = true)]
async fn settings_that_are_read_at_run_time() {
    let configured = |max_retries, ceiling| Configured {
        settings: Settings {
            max_retries,
            interval: ms(100),
            ceiling,
        },
        server: Server::failing(9, Fault::Down(0), 1),
    };
    let client = configured(3, ms(300));
    let (outcome, time) = timed(client.call()).await;
    assert_eq!(outcome, Err(Fault::Down(0)));
    assert_eq!((client.server.calls(), time), (4, ms(100 + 200 + 300)));

    let off = configured(0, ms(300));
    assert!(off.call().await.is_err());
    assert_eq!(off.server.calls(), 1);

    // A ceiling below the first wait is the caller's error, and nothing is sent.
    let wrong = configured(3, ms(50));
    assert_eq!(wrong.call().await, Err(Fault::Bad(0)));
    assert_eq!(wrong.server.calls(), 0);
}

const MAX_RETRIES: usize = 2;
const RETRY_DELAY: Duration = Duration::from_millis(250);

/// The constants of a module, as they were.
#[retry(max = MAX_RETRIES, backoff = fixed(RETRY_DELAY), jitter = none)]
async fn by_constants(server: &Server<u32, Fault>) -> Result<u32, Fault> {
    server.call()
}

#[tokio::test(start_paused = true)]
async fn constants_of_the_module() {
    let server = Server::failing(9, Fault::Down(0), 1);
    let (outcome, time) = timed(by_constants(&server)).await;
    assert_eq!((outcome, time), (Err(Fault::Down(0)), ms(500)));
    assert_eq!(server.calls(), 3);
}
