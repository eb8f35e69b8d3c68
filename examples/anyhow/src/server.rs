//! A weather station that fails first, request by request, as it is told.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How a request fails. What is not in the script is answered.
#[derive(Clone, Copy, Debug)]
pub enum Failure {
    /// The connection is closed without an answer.
    HangUp,
    /// The connection stays open, and nothing comes.
    Silence,
    /// The station says that it is busy.
    Busy,
}

/// A running station; it closes when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    requests: Arc<AtomicU32>,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Opens a station on loopback whose first requests fail like this.
    ///
    /// # Errors
    ///
    /// When no port is to be had.
    pub async fn start(script: impl IntoIterator<Item = Failure>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let requests = Arc::default();
        let script = script.into_iter().collect();
        let task = tokio::spawn(serve(listener, script, Arc::clone(&requests)));
        Ok(Self {
            address,
            requests,
            task,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests it has read.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request a connection, one connection after the other.
async fn serve(
    listener: TcpListener,
    script: Vec<Failure>,
    requests: Arc<AtomicU32>,
) -> io::Result<()> {
    let mut script = script.into_iter();
    let mut silent = Vec::new();
    loop {
        let (stream, _) = listener.accept().await?;
        let mut stream = BufReader::new(stream);
        let mut request = String::new();
        stream.read_line(&mut request).await?;
        requests.fetch_add(1, Ordering::Relaxed);
        let answer = match script.next() {
            None if request.ends_with(" Oslo\n") => "cold\n",
            None => "no such place\n",
            Some(Failure::Busy) => "busy\n",
            Some(Failure::HangUp) => continue,
            Some(Failure::Silence) => {
                silent.push(stream);
                continue;
            }
        };
        // A client that has gone meanwhile is its own affair.
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}
