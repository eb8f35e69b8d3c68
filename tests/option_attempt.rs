//! `attempt`: what the body knows of the attempt that it is.

mod support;

use retry_runtime::retry;
use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;
use support::{Calls, Fault, ms};
use tokio::time::sleep;

#[retry(attempt = at, backoff = none)]
async fn numbered(seen: &RefCell<Vec<(u32, bool)>>) -> Result<u32, Fault> {
    seen.borrow_mut().push((at.number(), at.is_retry()));
    let later = async { at.number() };
    Err(Fault::Down(later.await))
}

#[tokio::test(start_paused = true)]
async fn attempts_are_numbered_from_one() {
    let seen = RefCell::default();
    assert_eq!(numbered(&seen).await, Err(Fault::Down(4)));
    let expected = [(1, false), (2, true), (3, true), (4, true)];
    assert_eq!(seen.take(), expected);
    assert_eq!(numbered(&seen).await, Err(Fault::Down(4)));
    assert_eq!(seen.take(), expected, "each call counts anew");
}

type Left = RefCell<Vec<Option<Duration>>>;

/// Notes what is left at the beginning and after 40 ms, in three attempts.
async fn note(at: &retry_runtime::Attempt, left: &Left) -> Result<u32, Fault> {
    left.borrow_mut().push(at.remaining());
    sleep(ms(40)).await;
    left.borrow_mut().push(at.remaining());
    if at.number() < 3 {
        Err(Fault::Down(0))
    } else {
        Ok(at.number())
    }
}

#[retry(attempt = at)]
async fn unlimited(left: &Left) -> Result<u32, Fault> {
    note(&at, left).await
}

#[retry(attempt = at, timeout = 100ms, backoff = none)]
async fn with_timeout(left: &Left) -> Result<u32, Fault> {
    note(&at, left).await
}

#[retry(attempt = at, deadline = 1s, jitter = none, backoff = fixed(60ms))]
async fn with_deadline(left: &Left) -> Result<u32, Fault> {
    note(&at, left).await
}

#[retry(attempt = at, timeout = 100ms, deadline = 150ms, jitter = none, backoff = fixed(10ms))]
async fn with_both(left: &Left) -> Result<u32, Fault> {
    note(&at, left).await
}

#[tokio::test(start_paused = true)]
async fn the_remaining_time_is_the_attempts() {
    let left = Left::default();
    let remaining = |millis: &[u64]| -> Vec<_> { millis.iter().map(|m| Some(ms(*m))).collect() };
    assert_eq!(with_timeout(&left).await, Ok(3));
    assert_eq!(left.take(), remaining(&[100, 60, 100, 60, 100, 60]));
    assert_eq!(with_deadline(&left).await, Ok(3));
    assert_eq!(left.take(), remaining(&[1000, 960, 900, 860, 800, 760]));
    // The nearer of the two: from 100 ms on that is the deadline.
    assert_eq!(with_both(&left).await, Ok(3));
    assert_eq!(left.take(), remaining(&[100, 60, 100, 60, 50, 10]));
}

#[tokio::test(start_paused = true)]
async fn without_limits_there_is_no_remaining_time() {
    let left = Left::default();
    assert_eq!(unlimited(&left).await, Ok(3));
    assert_eq!(left.take(), [None; 6]);
}

#[retry(attempt = at, timeout = 100ms, sleep = support::sleep)]
async fn overdrawn() -> Result<Option<Duration>, Fault> {
    std::future::ready(()).await;
    tokio::time::advance(ms(100)).await;
    Ok(at.remaining())
}

#[tokio::test(start_paused = true)]
async fn time_that_is_over_is_zero() {
    // Cut or not, it is the body's last poll that counts.
    if let Ok(left) = overdrawn().await {
        assert_eq!(left, Some(Duration::ZERO));
    }
}

struct Client {
    nodes: Vec<&'static str>,
    called: RefCell<Vec<Option<&'static str>>>,
}

impl Client {
    #[retry(attempt = at, backoff = none, max = 4, budget = none)]
    async fn get(&self) -> Result<u32, Fault> {
        self.called
            .borrow_mut()
            .push(at.choose(&self.nodes).copied());
        Err(Fault::Down(at.number()))
    }
}

#[tokio::test(start_paused = true)]
async fn each_retry_chooses_another_node() {
    let client = Client {
        nodes: vec!["a", "b", "c"],
        called: RefCell::default(),
    };
    for _ in 0..50 {
        assert!(client.get().await.is_err());
        let called = client.called.take();
        let nodes: Vec<_> = called.iter().map(|node| node.expect("a node")).collect();
        let distinct: HashSet<_> = nodes[..3].iter().collect();
        assert_eq!(distinct.len(), 3, "all nodes before one comes again");
        assert_eq!(nodes[3..], nodes[..2], "and then round again");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_begin_at_different_nodes() {
    let client = Client {
        nodes: vec!["a", "b"],
        called: RefCell::default(),
    };
    let mut first = HashSet::new();
    // 2^-99 that all of them begin at the same one.
    for _ in 0..100 {
        assert!(client.get().await.is_err());
        first.insert(client.called.take()[0]);
    }
    assert_eq!(first.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn no_nodes_is_none() {
    let client = Client {
        nodes: vec![],
        called: RefCell::default(),
    };
    assert!(client.get().await.is_err());
    assert_eq!(client.called.take(), [None; 5]);
}

#[retry(attempt = at, sleep = support::skip)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    assert_eq!(at.number(), calls.next());
    Err(Fault::Down(at.number()))
}

#[test]
fn a_sync_function_knows_it_too() {
    assert_eq!(sync(&Calls::new()), Err(Fault::Down(4)));
}

/// The name hides an argument of the same name inside the body, as a `let`
/// would, and nowhere else.
#[retry(attempt = id, max = 1, on = |_| id == "x")]
async fn hiding(id: &str) -> Result<u32, Fault> {
    Err(Fault::Down(id.number()))
}

#[retry(attempt = id, max = 1, on = |_| r#id == "x")]
async fn hiding_what_is_owned(#[allow(unused_mut)] mut id: String) -> Result<u32, Fault> {
    Err(Fault::Down(id.number()))
}

#[tokio::test(start_paused = true)]
async fn the_name_is_the_users() {
    assert_eq!(hiding("x").await, Err(Fault::Down(2)));
    let owned = hiding_what_is_owned("x".into()).await;
    assert_eq!(owned, Err(Fault::Down(2)));
}
