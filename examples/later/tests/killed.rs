//! An order outlives the process that has taken it.

use example_later::{PlaceOrder, Placed, Queue, Shop};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

#[derive(Clone, Copy, Default, PartialEq)]
enum Mood {
    /// It takes the order, and hangs up before it answers.
    #[default]
    Broken,
    Healthy,
    /// It refuses every order.
    SoldOut,
}

/// The shop: it stores its orders by key.
#[derive(Default)]
struct Orders {
    mood: Mood,
    by_key: HashMap<String, String>,
    requests: u32,
    answers: u32,
}

type Server = Arc<Mutex<Orders>>;

async fn serve(listener: TcpListener, server: Server) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(BufReader::new(stream), Arc::clone(&server)));
    }
}

async fn answer(mut stream: BufReader<TcpStream>, server: Server) -> io::Result<()> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let Some(["place", key, item]) = words(&line) else {
        return Ok(());
    };
    let answer = {
        let mut orders = server.lock().unwrap();
        orders.requests += 1;
        if orders.mood == Mood::SoldOut {
            "sold out\n".to_owned()
        } else {
            orders.by_key.insert(key.into(), item.into());
            if orders.mood == Mood::Broken {
                return Ok(());
            }
            orders.answers += 1;
            format!("order {}\n", orders.by_key.len())
        }
    };
    stream.write_all(answer.as_bytes()).await
}

fn words(line: &str) -> Option<[&str; 3]> {
    line.split_whitespace().collect::<Vec<_>>().try_into().ok()
}

async fn start_server() -> (String, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = Server::default();
    tokio::spawn(serve(listener, Arc::clone(&server)));
    (address, server)
}

/// A file that is not there yet.
fn file(name: &str) -> String {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    for suffix in ["", "-shm", "-wal"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
    file.display().to_string()
}

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_example-later"))
        .args(arguments)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn until(server: &Server, is_so: impl Fn(&Orders) -> bool) {
    let wait = async {
        while !is_so(&server.lock().unwrap()) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(50), wait)
        .await
        .expect("it happens");
}

#[tokio::test]
async fn an_order_that_was_handed_over_exists_once() {
    let (address, server) = start_server().await;
    let file = file("killed.sqlite");

    let mut first = start(&[&file, &address, "teapot"]);
    let output = first.stdout.take().unwrap();
    let said = BufReader::new(output).lines().next_line().await.unwrap();
    assert_eq!(said.as_deref(), Some("Later"));
    // 3 attempts of the call; the next is the worker's, which is killed at it.
    until(&server, |orders| orders.requests > 3).await;
    first.kill().await.unwrap();

    server.lock().unwrap().mood = Mood::Healthy;
    let mut second = start(&[&file, &address]);
    until(&server, |orders| orders.answers > 0).await;
    second.kill().await.unwrap();

    let orders = server.lock().unwrap();
    // Had any attempt had a key of its own, there would be another order.
    let items: Vec<_> = orders.by_key.values().collect();
    assert_eq!(items, ["teapot"]);
}

#[tokio::test]
async fn what_can_be_placed_now_is_not_handed_over() {
    let (address, server) = start_server().await;
    server.lock().unwrap().mood = Mood::Healthy;
    let queue = Queue::open(&file("now.sqlite")).await.unwrap();
    let shop = Shop::new(address, queue);
    let item = "teapot".to_owned();
    let placed = shop.place(&PlaceOrder { item }).await.unwrap();
    assert_eq!(placed, Placed::Now(1));
}

#[tokio::test]
async fn an_order_that_is_refused_is_not_handed_over() {
    let (address, server) = start_server().await;
    server.lock().unwrap().mood = Mood::SoldOut;
    let queue = Queue::open(&file("refused.sqlite")).await.unwrap();
    let shop = Shop::new(address, queue);
    let item = "teapot".to_owned();
    let error = shop.place(&PlaceOrder { item }).await.unwrap_err();
    assert_eq!(error.to_string().trim_end(), "sold out");
    assert_eq!(server.lock().unwrap().requests, 1);
}
