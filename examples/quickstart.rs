//! A client that gets its answers from a server that is having a bad day:
//! `cargo run --example quickstart`. From the top: the client, its errors, the
//! calls, and last the troublesome server.

use retry_runtime::{Attempt, Elapsed, Transient, Verdict, non_idempotent, retry};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, io};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

// ---- The client: JSON-RPC over TCP, one message a line. ----
struct UserClient {
    server: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    failed_at: Instant,
}

impl UserClient {
    /// Up to 5 retries, so 6 attempts, each cut after 300 ms. The waits between
    /// them are the default: 100 ms, then 1.5 times the one before, up to 1 s,
    /// and each is shortened at random, by up to half.
    #[retry(max = 5, timeout = 300ms, elapsed = RpcError::TooLate, attempt = at,
            on = |error| self.report(error), before_retry = |retry| self.reconnect(retry))]
    async fn get_user(&mut self, id: u32) -> Result<String, RpcError> {
        println!("  attempt {}", at.number());
        self.call("Users.Get", &id.to_string()).await
    }

    /// The default 3 retries, so 4 attempts, and nothing cuts them.
    #[retry(attempt = at,
            on = |error| self.report(error), before_retry = |retry| self.reconnect(retry))]
    async fn count_users(&mut self) -> Result<String, RpcError> {
        println!("  attempt {}", at.number());
        self.call("Users.Count", "").await
    }

    /// Must not run twice: with `#[retry]` on it this would not compile.
    #[non_idempotent]
    async fn create_user(&mut self, name: &str) -> Result<String, RpcError> {
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

    /// Runs after the wait, before the retry: on the old connection the answer
    /// to an attempt that was given up could still arrive.
    async fn reconnect(&mut self, retry: Attempt) -> Result<(), RpcError> {
        let (waited, number) = (self.failed_at.elapsed().as_millis(), retry.number());
        println!("    waited {waited} ms, now reconnecting for attempt {number}");
        self.connection = Some(connect(self.server).await?);
        Ok(())
    }

    /// One request and its answer. It knows nothing of retries.
    async fn call(&mut self, method: &str, param: &str) -> Result<String, RpcError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(connect(self.server).await?),
        };
        let request =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[{param}]}}"#) + "\n";
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        if connection.read_line(&mut answer).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server hung up").into());
        }
        match (field(&answer, "result"), field(&answer, "retry_ms")) {
            (Some(result), _) => Ok(result.to_string()),
            (None, Some(ms)) => Err(RpcError::Busy(ms.parse().unwrap_or(1_000))),
            (None, None) => Err(RpcError::Server(
                field(&answer, "message").unwrap_or("?").into(),
            )),
        }
    }
}

async fn connect(server: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    TcpStream::connect(server).await.map(BufReader::new)
}

/// `field({"code":1,"message":"no"}, "message")` is `no`. A real client has a JSON parser.
fn field<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    let value = rest.split([',', '}', ']']).next()?;
    Some(value.trim_matches(['[', '"']))
}

// ---- The errors: which of them are worth another attempt? ----
enum RpcError {
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

// ---- The calls. ----
#[tokio::main]
async fn main() -> io::Result<()> {
    // Bound, but not listening yet: until then connections are refused.
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let server = socket.local_addr()?;
    tokio::spawn(serve(socket));

    let mut users = UserClient {
        server,
        connection: None,
        failed_at: Instant::now(),
    };
    println!("get_user(7): refused, dropped and kept waiting, then answered");
    let grace = users.get_user(7).await;
    println!("count_users(): the server says how long to wait");
    let count = users.count_users().await;
    println!("get_user(99): a permanent error is not retried");
    let nobody = users.get_user(99).await;
    println!("create_user(Alan): must not run twice, so it is not retried either");
    let alan = users.create_user("Alan").await;

    println!("The answers:");
    for answer in [grace, count, nobody, alan] {
        let answer = answer.unwrap_or_else(|error| format!("error: {error}"));
        println!("  {answer}");
    }
    Ok(())
}

// ---- The server and its troubles. ----
async fn serve(socket: TcpSocket) -> io::Result<()> {
    sleep(Duration::from_millis(30)).await; // still starting
    let listener = socket.listen(16)?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(converse(BufReader::new(stream)));
    }
}

async fn converse(mut stream: BufReader<TcpStream>) -> io::Result<()> {
    static REQUESTS: AtomicU32 = AtomicU32::new(0);
    let mut request = String::new();
    while stream.read_line(&mut request).await? > 0 {
        let number = REQUESTS.fetch_add(1, Ordering::Relaxed) + 1;
        let answer = match (number, field(&request, "params")) {
            (1, _) => return Ok(()), // hangs up
            (2, _) => {
                sleep(Duration::from_secs(2)).await; // too slow
                return Ok(());
            }
            (4, _) => r#""error":{"code":-32000,"message":"busy","retry_ms":200}"#,
            (_, Some("7")) => r#""result":"Grace""#,
            (_, Some("")) => r#""result":"7 users""#,
            (_, Some("Alan")) => r#""result":"user 8""#,
            _ => r#""error":{"code":-32602,"message":"no such user"}"#,
        };
        let answer = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,{answer}}}\n");
        stream.write_all(answer.as_bytes()).await?;
        request.clear();
    }
    Ok(())
}
