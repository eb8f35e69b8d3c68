//! The client, JSON-RPC over TCP with one message a line, and its errors.

use retry_runtime::{Attempt, Elapsed, Transient, Verdict, non_idempotent, retry};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use std::{fmt, io};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub(crate) struct UserClient {
    server: SocketAddr,
    /// Of the last exchange that was complete.
    connection: Option<BufReader<TcpStream>>,
    failed_at: Instant,
}

impl UserClient {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self {
            server,
            connection: None,
            failed_at: Instant::now(),
        }
    }

    /// Up to 5 retries, so 6 attempts, each cut after 300 ms. The waits between
    /// them are the default: 100 ms, then 1.5 times the one before, up to 1 s,
    /// and each is shortened at random, by up to half.
    #[retry(max = 5, timeout = 300ms, elapsed = RpcError::TooLate, attempt = at,
            on = |error| self.report(error), before_retry = |retry| self.tell(retry))]
    pub(crate) async fn get_user(&mut self, id: u32) -> Result<String, RpcError> {
        println!("  attempt {}", at.number());
        self.call("Users.Get", &id.to_string()).await
    }

    /// The default 3 retries, so 4 attempts, and nothing cuts them.
    #[retry(attempt = at,
            on = |error| self.report(error), before_retry = |retry| self.tell(retry))]
    pub(crate) async fn count_users(&mut self) -> Result<String, RpcError> {
        println!("  attempt {}", at.number());
        self.call("Users.Count", "").await
    }

    /// Must not run twice: with `#[retry]` on it this would not compile.
    #[non_idempotent]
    pub(crate) async fn create_user(&mut self, name: &str) -> Result<String, RpcError> {
        println!("  the only attempt");
        self.call("Users.Create", &format!("\"{name}\"")).await
    }

    /// Sees every failed attempt. A client with nothing to print leaves `on`
    /// out: then the error itself is asked.
    fn report(&mut self, error: &RpcError) -> Verdict {
        println!("    failed: {error}");
        self.failed_at = Instant::now();
        error.verdict()
    }

    /// Runs after the wait, before the retry.
    fn tell(&self, retry: Attempt) {
        let (waited, number) = (self.failed_at.elapsed().as_millis(), retry.number());
        println!("    waited {waited} ms, now attempt {number}");
    }

    /// One request and its answer. It knows nothing of retries, and may be cut at any
    /// `.await`: the connection is out of `self` until the answer has come, so that what
    /// cuts the exchange drops it too, and no later request reads this answer.
    async fn call(&mut self, method: &str, param: &str) -> Result<String, RpcError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => BufReader::new(TcpStream::connect(self.server).await?),
        };
        let request =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[{param}]}}"#) + "\n";
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_line(&mut answer).await?;
        if !answer.ends_with('\n') {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server hung up").into());
        }
        self.connection = Some(connection);
        match (field(&answer, "result"), field(&answer, "retry_ms")) {
            (Some(result), _) => Ok(result.to_string()),
            (None, Some(ms)) => Err(RpcError::Busy(ms.parse().unwrap_or(1_000))),
            (None, None) => Err(RpcError::Server(
                field(&answer, "message").unwrap_or("?").into(),
            )),
        }
    }
}

/// `field({"code":1,"message":"no"}, "message")` is `no`. A real client has a JSON parser.
pub(crate) fn field<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    let value = rest.split([',', '}', ']']).next()?;
    Some(value.trim_matches(['[', '"']))
}

// ---- The errors: which of them are worth another attempt? ----
pub(crate) enum RpcError {
    /// The connection was refused, or broke.
    Io(io::Error),
    /// The attempt took longer than its `timeout`.
    TooLate(Elapsed),
    /// The server asks to come back in so many milliseconds.
    Busy(u64),
    /// The server understood the request and said no.
    Server(String),
}

impl Transient for RpcError {
    fn verdict(&self) -> Verdict {
        match self {
            RpcError::Io(error) => error.verdict(),
            RpcError::TooLate(_) => Verdict::transient(),
            RpcError::Busy(ms) => Verdict::refused().with_pushback(Duration::from_millis(*ms)),
            RpcError::Server(_) => Verdict::permanent(),
        }
    }
}

impl From<io::Error> for RpcError {
    fn from(error: io::Error) -> Self {
        RpcError::Io(error)
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RpcError::Io(error) => error.fmt(f),
            RpcError::TooLate(elapsed) => elapsed.fmt(f),
            RpcError::Busy(ms) => write!(f, "the server is busy for {ms} ms"),
            RpcError::Server(message) => write!(f, "the server says: {message}"),
        }
    }
}
