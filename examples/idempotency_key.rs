//! An order that is placed through three failures and exists once:
//! `cargo run --example idempotency_key`. The client sends the same
//! `Idempotency-Key` with every attempt; the server stores results by key.
//! From the top: the client, its error, the story, and last the server.

use retry_runtime::{Elapsed, IdempotencyKey, Operation, Transient, Verdict, retry};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

// ---- The client. ----

/// Twice is once, as long as the key is the same: with `#[retry]` and without
/// `key`, a function that takes this does not compile.
#[derive(Operation)]
#[operation(keyed)]
struct PlaceOrder {
    item: &'static str,
}

struct Shop {
    server: SocketAddr,
}

impl Shop {
    /// `key` is made once a call; all of its attempts see the same one.
    #[retry(key = key, attempt = attempt, timeout = 2s)]
    async fn place(&self, order: &PlaceOrder) -> Result<String, ShopError> {
        println!("attempt {}, key {key}", attempt.number());
        let answer = self.post("/orders", order.item, key).await;
        println!("    client: {answer:?}");
        answer
    }

    /// One request on a connection of its own.
    async fn post(&self, path: &str, body: &str, key: IdempotencyKey) -> Result<String, ShopError> {
        let mut connection = BufReader::new(TcpStream::connect(self.server).await?);
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: shop\r\nIdempotency-Key: {key}\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        connection.write_all(request.as_bytes()).await?;
        let answer = Message::read(&mut connection).await?;
        match answer.status() {
            Some(201) => Ok(answer.body),
            Some(status) => Err(ShopError::Status(status)),
            None => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
    }
}

#[derive(Debug)]
enum ShopError {
    Io(io::Error),
    Status(u16),
}

impl Transient for ShopError {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Io(error) => error.verdict(),
            // Too many requests, and what gateways answer.
            Self::Status(status) => Verdict::from(matches!(status, 429 | 502..=504)),
        }
    }
}

impl From<io::Error> for ShopError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Elapsed> for ShopError {
    fn from(elapsed: Elapsed) -> Self {
        Self::Io(elapsed.into())
    }
}

// ---- The story. ----

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let shop = Shop {
        server: listener.local_addr()?,
    };
    let orders = Arc::new(Orders::default());
    tokio::spawn(serve(listener, orders.clone()));

    let receipt = shop.place(&PlaceOrder { item: "a bicycle" }).await;
    let receipt = receipt.map_err(|error| io::Error::other(format!("{error:?}")))?;
    println!("placed: {receipt}");
    assert_eq!(orders.placed(), ["a bicycle"]);
    assert_eq!(orders.requests(), 4);
    println!("4 requests, 1 order");

    // Another call is another order, of the same item too.
    let again = shop.place(&PlaceOrder { item: "a bicycle" }).await;
    assert_ne!(again.ok(), Some(receipt));
    assert_eq!(orders.placed(), ["a bicycle", "a bicycle"]);
    println!("another call, another order");
    Ok(())
}

// ---- The server: it fails three times, each time in another way. ----

#[derive(Default)]
struct Orders(Mutex<Stored>);

#[derive(Default)]
struct Stored {
    requests: usize,
    placed: Vec<String>,
    /// What was answered to a key, to be answered again.
    answers: HashMap<String, String>,
}

impl Orders {
    /// Executes the order, unless one with this key was executed already.
    fn place(&self, key: &str, item: &str) -> String {
        let mut stored = self.0.lock().expect("nothing panics with this lock");
        if let Some(answer) = stored.answers.get(key) {
            println!("    server: seen this key before, same answer");
            return answer.clone();
        }
        stored.placed.push(item.to_string());
        let answer = format!("order {}: {item}", stored.placed.len());
        println!("    server: executes {answer}");
        stored.answers.insert(key.to_string(), answer.clone());
        answer
    }

    fn count_request(&self) -> usize {
        let mut stored = self.0.lock().expect("nothing panics with this lock");
        stored.requests += 1;
        stored.requests
    }

    fn requests(&self) -> usize {
        self.0
            .lock()
            .expect("nothing panics with this lock")
            .requests
    }

    fn placed(&self) -> Vec<String> {
        self.0
            .lock()
            .expect("nothing panics with this lock")
            .placed
            .clone()
    }
}

async fn serve(listener: TcpListener, orders: Arc<Orders>) -> io::Result<()> {
    loop {
        let (connection, _) = listener.accept().await?;
        let mut connection = BufReader::new(connection);
        let request = Message::read(&mut connection).await?;
        let key = request.header("idempotency-key").unwrap_or_default();
        let (status, body) = match orders.count_request() {
            1 => {
                println!("    server: hangs up before it executes anything");
                continue;
            }
            2 => {
                orders.place(key, &request.body);
                println!("    server: hangs up before it answers");
                continue;
            }
            3 => ("503 Service Unavailable", String::new()),
            _ => ("201 Created", orders.place(key, &request.body)),
        };
        println!("    server: answers {status}");
        let length = body.len();
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
        connection.write_all(answer.as_bytes()).await?;
    }
}

/// A request or an answer, as far as this example needs it.
#[derive(Default)]
struct Message {
    first_line: String,
    headers: HashMap<String, String>,
    body: String,
}

impl Message {
    /// Empty where the other side has hung up.
    async fn read(connection: &mut BufReader<TcpStream>) -> io::Result<Self> {
        let mut message = Self::default();
        connection.read_line(&mut message.first_line).await?;
        loop {
            let mut line = String::new();
            connection.read_line(&mut line).await?;
            let Some((name, value)) = line.trim().split_once(':') else {
                break;
            };
            message
                .headers
                .insert(name.to_lowercase(), value.trim().to_string());
        }
        let length = message
            .header("content-length")
            .and_then(|length| length.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        connection.read_exact(&mut body).await?;
        message.body = String::from_utf8_lossy(&body).into_owned();
        Ok(message)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// `503` of `HTTP/1.1 503 Service Unavailable`.
    fn status(&self) -> Option<u16> {
        self.first_line.split(' ').nth(1)?.parse().ok()
    }
}
