//! A client that gets its answers from a server that is having a bad day:
//! `cargo run --example quickstart`. The client and its errors are in `client.rs`; here
//! are the calls, and the troublesome server.

mod client;

use client::{UserClient, field};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

// ---- The calls. ----
#[tokio::main]
async fn main() -> io::Result<()> {
    // Bound, but not listening yet: until then connections are refused.
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let server = socket.local_addr()?;
    tokio::spawn(serve(socket));

    let mut users = UserClient::new(server);
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
