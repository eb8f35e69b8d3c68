//! An order outlives the process that has taken it.

mod store;

use example_later::{PlaceOrder, Placed, Queue, Shop};
use retry_runtime::IdempotencyKey;
use std::collections::HashMap;
use std::io;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::Store;
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

fn start(arguments: &[&str]) -> Child {
    command(arguments).spawn().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_example-later"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn order(item: &str) -> PlaceOrder {
    let item = item.to_owned();
    PlaceOrder { item }
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

/// Each test, with each of the stores.
macro_rules! with_each_store {
    ($($(#[$doc:meta])* async fn $name:ident($store:ident: &Store) $body:block)*) => {
        $($(#[$doc])* async fn $name($store: &Store) $body)*

        mod sqlite {
            use super::Store;
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&Store::sqlite(stringify!($name))).await;
                }
            )*
        }

        mod redis {
            use super::Store;
            $(
                #[cfg_attr(not(has_redis), ignore = "no Redis here: install `redis-server` to run it")]
                #[tokio::test]
                async fn $name() {
                    super::$name(&Store::redis(stringify!($name))).await;
                }
            )*
        }
    };
}

with_each_store! {
    async fn an_order_that_was_handed_over_exists_once(store: &Store) {
        let (address, server) = start_server().await;

        let mut first = start(&["--store", &store.name, &address, "teapot"]);
        let output = first.stdout.take().unwrap();
        let said = BufReader::new(output).lines().next_line().await.unwrap();
        assert_eq!(said.as_deref(), Some("Later"));
        // 3 attempts of the call; the next is the worker's, which is killed at it.
        until(&server, |orders| orders.requests > 3).await;
        first.kill().await.unwrap();

        server.lock().unwrap().mood = Mood::Healthy;
        let mut second = start(&["--store", &store.name, &address]);
        until(&server, |orders| orders.answers > 0).await;
        second.kill().await.unwrap();

        let orders = server.lock().unwrap();
        // Had any attempt had a key of its own, there would be another order.
        let items: Vec<_> = orders.by_key.values().collect();
        assert_eq!(items, ["teapot"]);
    }

    async fn what_is_handed_over_twice_is_stored_once(store: &Store) {
        let (address, server) = start_server().await;
        server.lock().unwrap().mood = Mood::Healthy;
        let queue = Queue::open(&store.name).await.unwrap();
        let key = IdempotencyKey::from_u128(7);
        for _ in 0..2 {
            queue.push(&order("teapot"), key).await.unwrap();
        }
        let _worker = start(&["--store", &store.name, &address]);
        until(&server, |orders| orders.answers > 0).await;

        queue.push(&order("kettle"), IdempotencyKey::from_u128(8)).await.unwrap();
        until(&server, |orders| orders.by_key.len() > 1).await;
        assert_eq!(server.lock().unwrap().requests, 2);
    }

    async fn what_can_be_placed_now_is_not_handed_over(store: &Store) {
        let (address, server) = start_server().await;
        server.lock().unwrap().mood = Mood::Healthy;
        let queue = Queue::open(&store.name).await.unwrap();
        let placed = Shop::new(address, queue).place(&order("teapot")).await;
        assert_eq!(placed.unwrap(), Placed::Now(1));
    }

    async fn an_order_that_is_refused_is_not_handed_over(store: &Store) {
        let (address, server) = start_server().await;
        server.lock().unwrap().mood = Mood::SoldOut;
        let queue = Queue::open(&store.name).await.unwrap();
        let placed = Shop::new(address, queue).place(&order("teapot")).await;
        assert_eq!(placed.unwrap_err().to_string().trim_end(), "sold out");
        assert_eq!(server.lock().unwrap().requests, 1);
    }
}

/// A worker that has placed one order out of this store. What it complains of is
/// kept.
async fn working(store: &Store, queue: &Queue) -> (Child, Server) {
    let (address, server) = start_server().await;
    server.lock().unwrap().mood = Mood::Healthy;
    let mut worker = command(&["--store", &store.name, &address]);
    let worker = worker.stderr(Stdio::piped()).spawn().unwrap();
    let key = IdempotencyKey::from_u128(7);
    queue.push(&order("teapot"), key).await.unwrap();
    until(&server, |orders| orders.answers > 0).await;
    (worker, server)
}

#[cfg_attr(
    not(has_redis),
    ignore = "no Redis here: install `redis-server` to run it"
)]
#[tokio::test]
async fn a_worker_outlives_its_store() {
    let mut store = Store::redis("a_worker_outlives_its_store");
    let queue = Queue::open(&store.name).await.unwrap();
    let (mut worker, server) = working(&store, &queue).await;

    store.restart();
    let key = IdempotencyKey::from_u128(8);
    queue.push(&order("kettle"), key).await.unwrap();
    until(&server, |orders| orders.by_key.len() > 1).await;
    assert!(worker.try_wait().unwrap().is_none());
}

#[cfg_attr(
    not(has_redis),
    ignore = "no Redis here: install `redis-server` to run it"
)]
#[tokio::test]
async fn a_store_that_stalls_is_waited_for() {
    let store = Store::redis("a_store_that_stalls_is_waited_for");
    let queue = Queue::open(&store.name).await.unwrap();
    let (mut worker, server) = working(&store, &queue).await;

    store.stall();
    let stall = async {
        // The worker says at least once that it lives, and is not heard.
        sleep(Duration::from_secs(3)).await;
        store.go_on();
    };
    let kettle = order("kettle");
    let push = queue.push(&kettle, IdempotencyKey::from_u128(8));
    let (pushed, ()) = tokio::join!(push, stall);
    pushed.unwrap();
    until(&server, |orders| orders.by_key.len() > 1).await;

    worker.start_kill().unwrap();
    let said = worker.wait_with_output().await.unwrap().stderr;
    let said = String::from_utf8(said).unwrap();
    assert!(!said.contains("timed out"), "{said}");
}

#[tokio::test]
async fn a_store_that_is_not_known_is_not_taken_for_a_file() {
    let error = Queue::open("postgres://127.0.0.1/orders").await;
    let message = error.unwrap_err().to_string();
    assert!(
        message.starts_with("`postgres` is no store: write `redis://"),
        "{message}"
    );
}
