//! A stock exchange that hangs up first, and answers later.

use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running server; it closes when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// A server on loopback that closes so many connections without an answer
    /// before it gives the first one.
    ///
    /// # Errors
    ///
    /// When no port is to be had.
    pub async fn start(failures: u32) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(serve(listener, failures));
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request a connection, one connection after the other.
async fn serve(listener: TcpListener, failures: u32) -> io::Result<()> {
    let mut left = failures;
    loop {
        let (stream, _) = listener.accept().await?;
        let mut stream = BufReader::new(stream);
        let mut request = String::new();
        stream.read_line(&mut request).await?;
        if left > 0 {
            left -= 1;
            continue;
        }
        let answer = match request.as_str() {
            "price ACME\n" => "41\n",
            "volume ACME\n" => "900\n",
            _ => "no such share\n",
        };
        // A client that has gone meanwhile is its own affair.
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}
