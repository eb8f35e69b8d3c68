//! Transactions of a chain, and the nodes that take them.

use crate::support::{Calls, Fault, ms, timed};
use crate::{Log, Server};
use retry_runtime::{Attempt, retry};
use std::cell::Cell;
use tokio::time::sleep;

#[derive(Clone, Copy, Debug, PartialEq)]
enum SendError {
    Underpriced,
    NonceTooLow,
    Rejected,
}

/// A node that takes a transaction only for a fee of at least so much.
struct Node {
    floor: u64,
    nonce: Cell<u64>,
    log: Log,
}

impl Node {
    async fn submit(&self, nonce: u64, fee: u64) -> Result<u64, SendError> {
        self.log.add(format!("{nonce}: {fee}"));
        if nonce < self.nonce.get() {
            return Err(SendError::NonceTooLow);
        }
        if fee < self.floor {
            Err(SendError::Underpriced)
        } else {
            Ok(fee)
        }
    }
}

fn fee(base: u64, attempt: Attempt) -> u64 {
    (1..attempt.number()).fold(base, |fee, _| fee + fee / 4)
}

/// A fee that grows by a quarter with each attempt, up to a limit.
#[retry(
    max = 8,
    backoff = fixed(12s),
    jitter = none,
    attempt = at,
    on = |error, attempt| *error == SendError::Underpriced && fee(base, attempt) < limit,
)]
async fn send(node: &Node, base: u64, limit: u64) -> Result<u64, SendError> {
    node.submit(node.nonce.get(), fee(base, at).min(limit))
        .await
}

#[tokio::test(start_paused = true)]
async fn a_fee_that_grows_with_each_attempt() {
    let node = |floor| Node {
        floor,
        nonce: Cell::new(7),
        log: Log::default(),
    };
    let busy = node(150);
    assert_eq!(timed(send(&busy, 100, 1000)).await, (Ok(156), ms(24_000)));
    assert_eq!(busy.log.lines(), ["7: 100", "7: 125", "7: 156"]);

    let dear = node(10_000);
    let (outcome, time) = timed(send(&dear, 100, 150)).await;
    assert_eq!((outcome, time), (Err(SendError::Underpriced), ms(24_000)));
    assert_eq!(dear.log.lines(), ["7: 100", "7: 125", "7: 150"]);
}

struct Wallet {
    nonce: u64,
    node: Node,
}

impl Wallet {
    /// A nonce that is used up is read anew, by what the error says.
    #[retry(
        max = 3,
        backoff = none,
        on = |error| *error == SendError::NonceTooLow,
        before_retry = |_| self.nonce = self.node.nonce.get(),
    )]
    async fn pay(&mut self, amount: u64) -> Result<u64, SendError> {
        if amount == 0 {
            return Err(SendError::Rejected);
        }
        let fee = self.node.submit(self.nonce, amount).await?;
        self.nonce += 1;
        Ok(fee)
    }
}

#[tokio::test]
async fn a_nonce_that_is_too_low() {
    let node = Node {
        floor: 0,
        nonce: Cell::new(7),
        log: Log::default(),
    };
    let mut wallet = Wallet { nonce: 5, node };
    assert_eq!(wallet.pay(1).await, Ok(1));
    assert_eq!(wallet.nonce, 8);
    assert_eq!(wallet.pay(0).await, Err(SendError::Rejected));
    assert_eq!(wallet.node.log.lines(), ["5: 1", "7: 1"]);
}

/// The receipt of a transaction: none for a while, then with confirmations.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Receipt {
    confirmations: u32,
}

#[retry(
    until = |receipt| receipt.is_some_and(|receipt| receipt.confirmations >= needed),
    deadline = 1m,
    backoff = fixed(12s),
    jitter = none,
)]
async fn confirmed(
    node: &Server<Option<Receipt>, Fault>,
    needed: u32,
) -> Result<Option<Receipt>, Fault> {
    node.call()
}

#[tokio::test(start_paused = true)]
async fn a_receipt_with_confirmations() {
    let receipt = |confirmations| Ok(Some(Receipt { confirmations }));
    let node = Server::new([
        Ok(None),
        receipt(0),
        Err(Fault::Down(0)),
        receipt(1),
        receipt(2),
    ]);
    let (outcome, time) = timed(confirmed(&node, 2)).await;
    assert_eq!((outcome, time), (receipt(2), ms(48_000)));
    // The last answer comes back where the minute is over before.
    let node = Server::new([receipt(1)]);
    let (outcome, time) = timed(confirmed(&node, 2)).await;
    assert_eq!((outcome, time), (receipt(1), ms(48_000)));
}

/// Asks two nodes side by side where the first one is slow.
#[retry(hedge = 200ms, max = 3, backoff = fixed(100ms), jitter = none, attempt = at)]
async fn block_number(nodes: &[SlowNode]) -> Result<u64, Fault> {
    let node = at.choose(nodes).ok_or(Fault::Bad(0))?;
    node.calls.next();
    sleep(ms(node.takes)).await;
    node.answer.clone()
}

struct SlowNode {
    takes: u64,
    answer: Result<u64, Fault>,
    calls: Calls,
}

#[tokio::test(start_paused = true)]
async fn two_nodes_side_by_side() {
    let node = |takes, answer| SlowNode {
        takes,
        answer,
        calls: Calls::new(),
    };
    let nodes = [node(5000, Ok(1)), node(5000, Ok(1))];
    assert_eq!(timed(block_number(&nodes)).await, (Ok(1), ms(5000)));
    assert_eq!(nodes[0].calls.count() + nodes[1].calls.count(), 2);
    // One that answers at once is asked alone.
    let nodes = [node(10, Ok(1)), node(10, Ok(1))];
    assert_eq!(timed(block_number(&nodes)).await, (Ok(1), ms(10)));
    assert_eq!(nodes[0].calls.count() + nodes[1].calls.count(), 1);
    // A failure is retried, and the pending one may still win.
    let nodes = [node(10, Err(Fault::Down(0)))];
    let (outcome, time) = timed(block_number(&nodes)).await;
    assert_eq!((outcome, time), (Err(Fault::Down(0)), ms(4 * 10 + 3 * 100)));
}
