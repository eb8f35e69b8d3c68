//! A server of HTTP/1.1 that answers by a script.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const MS: Duration = Duration::from_millis(1);

/// What one request is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Status(u16),
    /// With a `Retry-After` of so many seconds.
    After(u16, u32),
    /// The connection is closed before any answer.
    Hangup,
    /// After so many milliseconds.
    Slow(u64),
    /// Half of the body that was promised.
    Broken,
    /// The answer comes before the request's body is read, with this status.
    Early(u16),
}
pub(crate) use Word::{After, Broken, Early, Hangup, Slow, Status};

#[derive(Default)]
pub(crate) struct State {
    pub(crate) script: Vec<Word>,
    /// Method and body of each request.
    pub(crate) seen: Vec<(String, Vec<u8>)>,
    pub(crate) connections: usize,
    /// Bodies that ended too early.
    pub(crate) cut: usize,
}

/// A server of HTTP/1.1 that answers by a script, and well when that is over.
#[derive(Clone, Default)]
pub(crate) struct Server(pub(crate) Arc<Mutex<State>>);

impl Server {
    pub(crate) async fn start(script: &[Word]) -> (Self, String) {
        let server = Self::default();
        server.0.lock().unwrap().script = script.iter().rev().copied().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let shared = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.0.lock().unwrap().connections += 1;
                tokio::spawn(shared.clone().serve(stream));
            }
        });
        (server, url)
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.lock().unwrap().seen.len()
    }

    pub(crate) async fn serve(self, mut stream: TcpStream) {
        let mut buffer = Vec::new();
        while let Some(head) = read_head(&mut stream, &mut buffer).await {
            let word = self.0.lock().unwrap().script.pop().unwrap_or(Status(200));
            if let Early(status) = word {
                let answer = format!("HTTP/1.1 {status} Early\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            let Some(body) = read_body(&mut stream, &mut buffer, &head).await else {
                self.0.lock().unwrap().cut += 1;
                return;
            };
            let method = head.split(' ').next().unwrap().to_owned();
            self.0.lock().unwrap().seen.push((method, body));
            let answer = match word {
                Hangup => return,
                Early(_) => continue,
                Status(status) => {
                    format!("HTTP/1.1 {status} By Script\r\ncontent-length: 5\r\n\r\nhello")
                }
                After(status, seconds) => format!(
                    "HTTP/1.1 {status} By Script\r\nretry-after: {seconds}\r\ncontent-length: 5\r\n\r\nhello"
                ),
                Slow(millis) => {
                    tokio::time::sleep(MS * u32::try_from(millis).unwrap()).await;
                    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello".to_owned()
                }
                Broken => {
                    let half = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe";
                    let _ = stream.write_all(half.as_bytes()).await;
                    return;
                }
            };
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    let read = stream
        .read(&mut chunk)
        .await
        .ok()
        .filter(|read| *read > 0)?;
    buffer.extend_from_slice(&chunk[..read]);
    Some(())
}

async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = buffer.drain(..end + 4).collect();
            return Some(String::from_utf8(head).unwrap().to_ascii_lowercase());
        }
        more(stream, buffer).await?;
    }
}

async fn read_body(stream: &mut TcpStream, buffer: &mut Vec<u8>, head: &str) -> Option<Vec<u8>> {
    if let Some(length) = head.split("content-length: ").nth(1) {
        let length: usize = length.split('\r').next().unwrap().parse().unwrap();
        while buffer.len() < length {
            more(stream, buffer).await?;
        }
        return Some(buffer.drain(..length).collect());
    }
    if !head.contains("transfer-encoding: chunked") {
        return Some(Vec::new());
    }
    let mut body = Vec::new();
    loop {
        while !buffer.windows(2).any(|two| two == b"\r\n") {
            more(stream, buffer).await?;
        }
        let end = buffer.windows(2).position(|two| two == b"\r\n").unwrap();
        let size: Vec<u8> = buffer.drain(..end + 2).collect();
        let size = usize::from_str_radix(std::str::from_utf8(&size[..end]).unwrap(), 16).unwrap();
        while buffer.len() < size + 2 {
            more(stream, buffer).await?;
        }
        body.extend(buffer.drain(..size));
        buffer.drain(..2);
        if size == 0 {
            return Some(body);
        }
    }
}
