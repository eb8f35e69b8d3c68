//! A request that is cut half-way leaves its answer behind: the clients of the examples
//! never give it to a later request. A real socket, and a server that is slow.

#[path = "../examples/quickstart/client.rs"]
#[allow(dead_code, reason = "these tests need one of its calls")]
mod client;

use client::{RpcError, UserClient, field};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// Longer than the client's `timeout` of 300 ms.
const SLOW: Duration = Duration::from_millis(400);

async fn client() -> UserClient {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(BufReader::new(stream)));
        }
    });
    UserClient::new(server)
}

/// Answers each request in its turn, and that for user 7 slowly.
async fn converse(mut stream: BufReader<TcpStream>) -> io::Result<()> {
    let mut request = String::new();
    while stream.read_line(&mut request).await? > 0 {
        let user = field(&request, "params").unwrap();
        if user == "7" {
            sleep(SLOW).await;
        }
        let answer = format!("{{\"result\":\"user {user}\"}}\n");
        stream.write_all(answer.as_bytes()).await?;
        request.clear();
    }
    Ok(())
}

/// After a while, in which a late answer has come, the next request gets its own.
async fn assert_own_answer(mut users: UserClient) {
    sleep(SLOW).await;
    assert_eq!(users.get_user(8).await.ok().as_deref(), Some("user 8"));
    assert_eq!(users.get_user(9).await.ok().as_deref(), Some("user 9"));
}

#[tokio::test]
async fn after_a_time_out_of_the_last_attempt() {
    let mut users = client().await;
    assert_eq!(users.get_user(6).await.ok().as_deref(), Some("user 6"));
    let late = users.get_user(7).await;
    assert!(matches!(late, Err(RpcError::TooLate(_))));
    assert_own_answer(users).await;
}

#[tokio::test]
async fn after_a_call_that_nobody_waited_for() {
    let mut users = client().await;
    assert_eq!(users.get_user(6).await.ok().as_deref(), Some("user 6"));
    let cut = timeout(SLOW / 4, users.get_user(7)).await;
    assert!(cut.is_err());
    assert_own_answer(users).await;
}
