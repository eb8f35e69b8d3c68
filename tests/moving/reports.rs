//! Errors whose type is erased, callbacks and counters.

use crate::support::{ms, timed};
use crate::{Log, Server};
use anyhow::{Context, anyhow, bail};
use retry_runtime::{Policy, Transient, Verdict, retry};
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

/// What is below the contexts, by a predicate of the service.
fn is_reset(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionReset)
}

#[retry(max = 3, backoff = fixed(100ms), jitter = none, on = is_reset)]
async fn load(server: &Server<u32, io::ErrorKind>, limit: u32) -> anyhow::Result<u32> {
    let value = server.call().map_err(io::Error::from).context("loading")?;
    if value > limit {
        bail!("{value} is above {limit}");
    }
    Ok(value)
}

#[tokio::test(start_paused = true)]
async fn an_error_with_contexts() {
    let reset = io::ErrorKind::ConnectionReset;
    let server = Server::failing(2, reset, 7);
    let (value, time) = timed(load(&server, 10)).await;
    assert_eq!((value.unwrap(), time), (7, ms(200)));

    let server = Server::failing(9, reset, 7);
    let error = load(&server, 10).await.unwrap_err();
    assert_eq!((error.to_string(), server.calls()), ("loading".into(), 4));

    let server = Server::failing(0, reset, 7);
    let error = load(&server, 5).await.unwrap_err();
    assert_eq!(
        (error.to_string(), server.calls()),
        ("7 is above 5".into(), 1)
    );
}

/// As the crates did that it comes from: every error is worth another try.
#[retry(max = 3, backoff = fixed(100ms), jitter = none, on = always)]
async fn load_always(server: &Server<u32, &'static str>) -> anyhow::Result<u32> {
    server.call().map_err(|text| anyhow!(text))
}

/// What is known, in a boxed error.
#[retry(max = 3, backoff = none, on = known)]
async fn load_known(
    server: &Server<u32, io::ErrorKind>,
) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let value = server.call().map_err(io::Error::from)?;
    if value == 0 {
        return Err("nothing".into());
    }
    Ok(value)
}

#[tokio::test(start_paused = true)]
async fn a_word_for_all_errors() {
    let server = Server::failing(9, "what is this?", 7);
    let (outcome, time) = timed(load_always(&server)).await;
    assert_eq!(outcome.unwrap_err().to_string(), "what is this?");
    assert_eq!((server.calls(), time), (4, ms(300)));

    let server = Server::failing(2, io::ErrorKind::ConnectionReset, 7);
    assert_eq!(load_known(&server).await.unwrap(), 7);
    assert_eq!(server.calls(), 3);
    let server = Server::failing(2, io::ErrorKind::PermissionDenied, 7);
    assert!(load_known(&server).await.is_err());
    assert_eq!(server.calls(), 1);
    let server = Server::failing(0, io::ErrorKind::Other, 0);
    assert_eq!(
        load_known(&server).await.unwrap_err().to_string(),
        "nothing"
    );
    assert_eq!(server.calls(), 1);
}

#[derive(Clone, Copy, Debug, PartialEq, Transient)]
enum RpcError {
    #[transient]
    Unavailable,
    #[transient(not_sent)]
    NoConnection,
    NotFound,
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// A callback that counts, logs and remembers, as `notify` of other crates does.
struct Metrics {
    retries: Cell<u32>,
    waited: Cell<Duration>,
    last: RefCell<Option<String>>,
}

struct Orders {
    server: Server<u32, RpcError>,
    metrics: Metrics,
}

impl Orders {
    #[retry(max = 4, backoff = exp(100ms, 2, 1s), jitter = none, notify = |failure| {
        self.metrics.retries.set(self.metrics.retries.get() + 1);
        self.metrics.waited.set(self.metrics.waited.get() + failure.delay());
        *self.metrics.last.borrow_mut() = failure
            .error()
            .map(|error| format!("order {id}: {error}, attempt {}", failure.attempt()));
    })]
    async fn get(&self, id: u32) -> Result<u32, RpcError> {
        self.server.call()
    }
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_counts() {
    let orders = |script: Vec<_>| Orders {
        server: Server::new(script),
        metrics: Metrics {
            retries: Cell::new(0),
            waited: Cell::default(),
            last: RefCell::default(),
        },
    };
    let flaky = orders(vec![
        Err(RpcError::Unavailable),
        Err(RpcError::NoConnection),
        Ok(1),
    ]);
    let (outcome, time) = timed(flaky.get(9)).await;
    assert_eq!((outcome, time), (Ok(1), ms(300)));
    let told = (flaky.metrics.retries.get(), flaky.metrics.waited.get());
    assert_eq!(told, (2, ms(300)));
    let last = flaky.metrics.last.take();
    assert_eq!(last.as_deref(), Some("order 9: NoConnection, attempt 2"));

    // Of an error that ends the call the callback hears nothing.
    let gone = orders(vec![Err(RpcError::NotFound)]);
    assert_eq!(gone.get(9).await, Err(RpcError::NotFound));
    assert_eq!(gone.metrics.retries.get(), 0);
    let down = orders(vec![Err(RpcError::Unavailable)]);
    assert_eq!(down.get(9).await, Err(RpcError::Unavailable));
    assert_eq!((down.metrics.retries.get(), down.server.calls()), (4, 5));
}

/// The same by a policy, with the caller's own variables.
async fn get_counted(server: &Server<u32, RpcError>, log: &Log) -> (Result<u32, RpcError>, u32) {
    let mut retries = 0;
    let outcome = Policy::DEFAULT
        .with_max(2)
        .run(async |_| server.call())
        .on(|error| *error != RpcError::NotFound)
        .notify(|failure| {
            retries += 1;
            log.add(format!("{:?} {:?}", failure.error(), failure.verdict()));
        })
        .untimed()
        .await;
    (outcome, retries)
}

#[tokio::test(start_paused = true)]
async fn a_callback_of_a_policy() {
    let log = Log::default();
    let server = Server::failing(9, RpcError::Unavailable, 1);
    let (outcome, retries) = get_counted(&server, &log).await;
    assert_eq!((outcome, retries), (Err(RpcError::Unavailable), 2));
    let line = format!(
        "{:?} {:?}",
        Some(RpcError::Unavailable),
        Verdict::transient()
    );
    assert_eq!(log.lines(), [line.clone(), line]);
}
