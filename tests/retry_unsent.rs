//! `#[retry_unsent]` against a server on loopback: what was not executed is
//! tried again, and what may have been executed is not.

#![deny(warnings)]

use async_trait::async_trait;
use retry_runtime::{
    Elapsed, NonIdempotent, Transient, Verdict, non_idempotent, retry, retry_unsent,
};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does with a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// Executes it and answers.
    Fine,
    /// Executes it and hangs up.
    HangsUp,
    /// Executes it and says nothing.
    Silent,
    /// Says that it does not execute it, the first two times.
    Busy,
}

/// A server that is not there yet, and its client.
struct Bank {
    address: SocketAddr,
    mood: Mood,
    attempts: AtomicU32,
    executed: Arc<AtomicU32>,
}

impl Bank {
    /// An address at which nobody listens.
    async fn away(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            mood,
            attempts: AtomicU32::new(0),
            executed: Arc::default(),
        }
    }

    async fn open(mood: Mood) -> Self {
        let bank = Self::away(mood).await;
        bank.start().await;
        bank
    }

    async fn start(&self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        let (mood, executed) = (self.mood, self.executed.clone());
        tokio::spawn(async move {
            let mut refused = 0;
            while let Ok((connection, _)) = listener.accept().await {
                let mut connection = BufReader::new(connection);
                connection.read_line(&mut String::new()).await.unwrap();
                if mood == Mood::Busy && refused < 2 {
                    refused += 1;
                    connection.write_all(b"busy\n").await.unwrap();
                    continue;
                }
                executed.fetch_add(1, Relaxed);
                match mood {
                    Mood::Fine | Mood::Busy => connection.write_all(b"charged\n").await.unwrap(),
                    Mood::HangsUp => {}
                    Mood::Silent => Notify::new().notified().await,
                }
            }
        });
    }

    /// One request on a connection of its own.
    async fn request(&self) -> Result<(), Error> {
        self.attempts.fetch_add(1, Relaxed);
        let mut connection = BufReader::new(TcpStream::connect(self.address).await?);
        connection.write_all(b"charge 100\n").await?;
        let mut answer = String::new();
        connection.read_line(&mut answer).await?;
        match answer.trim() {
            "charged" => Ok(()),
            "busy" => Err(Error::Busy),
            _ => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
    }

    /// The server comes back before the third attempt.
    #[non_idempotent]
    #[retry_unsent(max = 5, backoff = fixed(1ms), before_retry = |retry| {
        if retry.number() == 3 {
            self.start().await;
        }
    })]
    async fn charge_later(&self) -> Result<(), Error> {
        self.request().await
    }

    #[retry_unsent(max = 5, backoff = none)]
    #[non_idempotent]
    async fn charge(&self) -> Result<(), Error> {
        self.request().await
    }

    #[non_idempotent]
    #[retry_unsent(max = 5, backoff = none, timeout = 50ms)]
    async fn charge_in_time(&self) -> Result<(), Error> {
        self.request().await
    }

    /// The same as a function that may run twice.
    #[retry(max = 5, backoff = none)]
    async fn look(&self) -> Result<(), Error> {
        self.request().await
    }

    fn counts(&self) -> (u32, u32) {
        (self.attempts.load(Relaxed), self.executed.load(Relaxed))
    }
}

#[derive(Debug)]
enum Error {
    Io(io::Error),
    Busy,
    TooLate,
}

impl Transient for Error {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Io(error) => error.verdict(),
            Self::Busy => Verdict::refused(),
            // Wrong, and not believed: nobody knows what became of it.
            Self::TooLate => Verdict::not_sent(),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Elapsed> for Error {
    fn from(_: Elapsed) -> Self {
        Self::TooLate
    }
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let bank = Bank::away(Mood::Fine).await;
    bank.charge_later().await.unwrap();
    assert_eq!(bank.counts(), (3, 1));
}

#[tokio::test]
async fn retries_of_refused_connections_end() {
    let bank = Bank::away(Mood::Fine).await;
    let error = bank.charge().await.unwrap_err();
    assert!(matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused));
    assert_eq!(bank.counts(), (6, 0));
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_is_not_tried_again() {
    let bank = Bank::open(Mood::HangsUp).await;
    let error = bank.charge().await.unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error:?}");
    assert_eq!(bank.counts(), (1, 1));
    // With `#[retry]` the very same request is executed six times.
    bank.look().await.unwrap_err();
    assert_eq!(bank.counts(), (7, 7));
}

#[tokio::test]
async fn what_the_server_refused_is_tried_again() {
    let bank = Bank::open(Mood::Busy).await;
    bank.charge().await.unwrap();
    assert_eq!(bank.counts(), (3, 1));
}

#[tokio::test]
async fn a_cut_attempt_is_not_tried_again() {
    let bank = Bank::open(Mood::Silent).await;
    let error = bank.charge_in_time().await.unwrap_err();
    assert!(matches!(error, Error::TooLate), "{error:?}");
    assert_eq!(bank.counts().0, 1);
}

/// Fails as often as it is called.
#[derive(Default)]
struct Counter(AtomicU32);

impl Counter {
    fn fail(&self, kind: io::ErrorKind) -> io::Result<()> {
        self.0.fetch_add(1, Relaxed);
        Err(kind.into())
    }
}

#[async_trait]
trait Charge {
    #[retry_unsent(backoff = none)]
    #[non_idempotent]
    async fn boxed(&self, kind: io::ErrorKind) -> io::Result<()>
    where
        Self: AsRef<Counter> + Sync,
    {
        self.as_ref().fail(kind)
    }
}

impl Charge for Counter {}

impl AsRef<Counter> for Counter {
    fn as_ref(&self) -> &Counter {
        self
    }
}

#[retry]
impl Counter {
    #[non_idempotent]
    #[retry_unsent(backoff = none)]
    async fn in_an_impl_block(&self, kind: io::ErrorKind) -> io::Result<()> {
        self.fail(kind)
    }

    #[non_idempotent]
    #[retry_unsent(backoff = none)]
    #[tracing::instrument(skip(self), err)]
    async fn instrumented(&self, kind: io::ErrorKind) -> io::Result<()> {
        self.fail(kind)
    }

    #[tracing::instrument(skip(self), err)]
    #[retry_unsent(backoff = none)]
    #[non_idempotent]
    async fn instrumented_above(&self, kind: io::ErrorKind) -> io::Result<()> {
        self.fail(kind)
    }

    #[retry_unsent(backoff = none)]
    #[non_idempotent]
    fn returns_future(&self, kind: io::ErrorKind) -> impl Future<Output = io::Result<()>> {
        async move { self.fail(kind) }
    }
}

#[tokio::test]
async fn in_every_shape_of_function() {
    macro_rules! check {
        ($($method:ident)*) => {$(
            let counter = Counter::default();
            let call: NonIdempotent<_> = counter.$method(io::ErrorKind::ConnectionRefused);
            call.await.unwrap_err();
            assert_eq!(counter.0.load(Relaxed), 4, stringify!($method));
            counter.$method(io::ErrorKind::ConnectionReset).await.unwrap_err();
            assert_eq!(counter.0.load(Relaxed), 5, stringify!($method));
        )*};
    }
    check!(boxed in_an_impl_block instrumented instrumented_above returns_future);
}
