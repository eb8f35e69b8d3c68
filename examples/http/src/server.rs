//! A shop that fails as it is told, request by request, and keeps a record.

use crate::IDEMPOTENCY_KEY;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use futures_util::stream;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How a request fails. What is not in the script is answered.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The connection is reset before the request is read.
    Reset,
    /// Executed, and the connection breaks in the middle of the answer.
    HalfAnAnswer,
    /// Executed, and the answer comes this late.
    Slow(Duration),
    /// This status code, and this `Retry-After` if it is not empty.
    Status(StatusCode, String),
    /// An answer that is no JSON.
    Nonsense,
}

/// A request as the shop saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// When it came.
    pub at: SystemTime,
    /// Its `Idempotency-Key`.
    pub key: Option<String>,
}

#[derive(Debug, Default)]
struct Books {
    script: VecDeque<Failure>,
    seen: Vec<Seen>,
    orders: u64,
    numbers: HashMap<String, u64>,
}

/// A running shop; it closes when it is dropped.
#[derive(Debug)]
pub struct Server {
    url: String,
    books: Arc<Mutex<Books>>,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Opens a shop on loopback whose first requests fail like this.
    ///
    /// # Errors
    ///
    /// When no port is to be had.
    pub async fn start(script: impl IntoIterator<Item = Failure>) -> io::Result<Self> {
        let books = Arc::new(Mutex::new(Books {
            script: script.into_iter().collect(),
            ..Books::default()
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let listener = Resetting {
            listener,
            books: Arc::clone(&books),
        };
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&books));
        let task = tokio::spawn(axum::serve(listener, app).into_future());
        Ok(Self { url, books, task })
    }

    /// Where it is: `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests that were read, in their order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.books).seen.clone()
    }

    /// How many orders exist.
    #[must_use]
    pub fn orders(&self) -> u64 {
        lock(&self.books).orders
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(books): State<Arc<Mutex<Books>>>, request: Request) -> Response {
    let key = request.headers().get(IDEMPOTENCY_KEY);
    let key = key.and_then(|key| key.to_str().ok()).map(str::to_owned);
    let (failure, answer) = {
        let mut books = lock(&books);
        books.seen.push(Seen {
            at: SystemTime::now(),
            key: key.clone(),
        });
        let failure = books.script.pop_front();
        if let Some(Failure::Status(status, retry_after)) = failure {
            return refusal(status, &retry_after);
        }
        let answer = if request.method() == Method::POST {
            books.order(key)
        } else {
            250
        };
        (failure, answer.to_string())
    };
    match failure {
        Some(Failure::HalfAnAnswer) => half(answer),
        Some(Failure::Nonsense) => "<html>".into_response(),
        Some(Failure::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            answer.into_response()
        }
        _ => answer.into_response(),
    }
}

impl Books {
    /// The number of the order: that of the first one with the same key.
    fn order(&mut self, key: Option<String>) -> u64 {
        let number = self.orders + 1;
        let number = key.map_or(number, |key| *self.numbers.entry(key).or_insert(number));
        self.orders = self.orders.max(number);
        number
    }
}

fn refusal(status: StatusCode, retry_after: &str) -> Response {
    if retry_after.is_empty() {
        return status.into_response();
    }
    (status, [(RETRY_AFTER, retry_after)]).into_response()
}

/// A body whose end never comes: the connection is closed instead.
fn half(answer: String) -> Response {
    let lost = io::Error::from(io::ErrorKind::ConnectionAborted);
    Body::from_stream(stream::iter([Ok(answer), Err(lost)])).into_response()
}

/// Resets the connections whose turn it is.
struct Resetting {
    listener: TcpListener,
    books: Arc<Mutex<Books>>,
}

impl Listener for Resetting {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            if !matches!(lock(&self.books).script.front(), Some(Failure::Reset)) {
                return (stream, address);
            }
            // Closed while there is something to read, a connection is reset.
            let _ = stream.readable().await;
            lock(&self.books).script.pop_front();
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn lock(books: &Mutex<Books>) -> MutexGuard<'_, Books> {
    books.lock().unwrap_or_else(PoisonError::into_inner)
}
