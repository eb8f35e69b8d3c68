//! Brokers, queues and channels.

use crate::support::{Calls, Fault, ms, timed};
use crate::{Log, Server};
use retry_runtime::{Backoff, Budget, Ended, Jitter, Policy, retry};
use std::cell::Cell;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Instant, sleep};

#[derive(Clone, Copy, Debug, PartialEq)]
enum KafkaError {
    NotLeader,
    QueueFull,
    MessageTooLarge,
}

impl KafkaError {
    fn is_retriable(&self) -> bool {
        !matches!(self, Self::MessageTooLarge)
    }
}

struct Producer {
    broker: Server<u64, KafkaError>,
    leader: Cell<u32>,
    refreshed: Calls,
}

impl Producer {
    /// Only where the leader has moved are the metadata read anew.
    #[retry(max = 5, backoff = fixed(100ms), jitter = none, on = KafkaError::is_retriable,
        before_retry = |_, error| if error == Some(&mut KafkaError::NotLeader) {
            self.refresh().await;
        })]
    async fn send(&self, payload: &[u8]) -> Result<(u32, u64), KafkaError> {
        if payload.len() > 8 {
            return Err(KafkaError::MessageTooLarge);
        }
        Ok((self.leader.get(), self.broker.call()?))
    }

    async fn refresh(&self) {
        self.refreshed.next();
        self.leader.set(self.leader.get() + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_producer_whose_leader_moves() {
    let producer = |script: Vec<_>| Producer {
        broker: Server::new(script),
        leader: Cell::new(1),
        refreshed: Calls::new(),
    };
    let moved = producer(vec![
        Err(KafkaError::QueueFull),
        Err(KafkaError::NotLeader),
        Ok(17),
    ]);
    let (outcome, time) = timed(moved.send(b"order")).await;
    assert_eq!((outcome, time), (Ok((2, 17)), ms(200)));
    assert_eq!(moved.refreshed.count(), 1);

    let large = producer(vec![Ok(1)]);
    assert_eq!(
        large.send(b"too large by far").await,
        Err(KafkaError::MessageTooLarge)
    );
    assert_eq!(large.broker.calls(), 0);

    let lost = producer(vec![Err(KafkaError::NotLeader)]);
    assert_eq!(lost.send(b"order").await, Err(KafkaError::NotLeader));
    assert_eq!((lost.broker.calls(), lost.refreshed.count()), (6, 5));
}

/// A message that cannot be cloned, and comes back in the error of a full channel.
#[derive(Debug, PartialEq)]
struct Message(u32);

#[derive(Debug, PartialEq)]
enum Undelivered {
    Full(Message),
    Closed(Message),
}

async fn deliver(to: &mpsc::Sender<Message>, message: Message) -> Result<(), Undelivered> {
    let mut message = Some(message);
    offer(to, &mut message).await.map_err(|closed| {
        let message = message.take().expect("an attempt that fails puts it back");
        if closed {
            Undelivered::Closed(message)
        } else {
            Undelivered::Full(message)
        }
    })
}

/// The error is whether the channel is closed. A full one is nobody's outage, so that
/// waiting for it takes from no budget.
#[retry(max = 3, backoff = fixed(10ms), jitter = none, budget = none, on = |closed| !closed)]
async fn offer(to: &mpsc::Sender<Message>, message: &mut Option<Message>) -> Result<(), bool> {
    let Some(offered) = message.take() else {
        return Ok(());
    };
    to.try_send(offered).map_err(|error| {
        let closed = matches!(error, TrySendError::Closed(_));
        *message = Some(error.into_inner());
        closed
    })
}

#[tokio::test(start_paused = true)]
async fn a_value_that_comes_back_in_its_error() {
    let (to, mut from) = mpsc::channel(1);
    assert_eq!(deliver(&to, Message(1)).await, Ok(()));
    let (outcome, time) = timed(deliver(&to, Message(2))).await;
    assert_eq!(
        (outcome, time),
        (Err(Undelivered::Full(Message(2))), ms(30))
    );

    let slow_reader = async {
        sleep(ms(15)).await;
        from.recv().await
    };
    let (sent, read) = tokio::join!(deliver(&to, Message(3)), slow_reader);
    assert_eq!((sent, read), (Ok(()), Some(Message(1))));
    assert_eq!(from.recv().await, Some(Message(3)));
    drop(from);
    let (outcome, time) = timed(deliver(&to, Message(4))).await;
    assert_eq!(
        (outcome, time),
        (Err(Undelivered::Closed(Message(4))), ms(0))
    );
}

/// A consumer that reconnects for ever, by a loop of its own: a session that has lived
/// starts the waits anew.
async fn consume(sessions: &[(u64, bool)], log: &Log) {
    let policy = Policy::DEFAULT
        .with_max(u32::MAX)
        .with_backoff(Backoff::exp(ms(100), 2.0, ms(1000)).expect("these waits grow"))
        .with_jitter(Jitter::NONE);
    let mut delays = policy.delays();
    for (lives, received) in sessions {
        sleep(ms(*lives)).await;
        if *received {
            delays = policy.delays();
        }
        let wait = delays.next().expect("it has no end");
        log.add(wait.as_millis().to_string());
        sleep(wait).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_consumer_that_reconnects() {
    let log = Log::default();
    let dead = (0, false);
    let sessions = [dead, dead, dead, dead, dead, dead, (5000, true), dead];
    let ((), time) = timed(consume(&sessions, &log)).await;
    let waits = ["100", "200", "400", "800", "1000", "1000", "100", "200"];
    assert_eq!(log.lines(), waits);
    assert_eq!(time, ms(5000 + 3800));
}

/// A webhook: what cannot be delivered goes to a table, with the reason.
struct Webhooks {
    receiver: Server<u32, Fault>,
    budget: Budget,
    dead_letters: Log,
}

impl Webhooks {
    #[retry(
        max = 5,
        backoff = [1, 10, 60, 600, 3600].map(std::time::Duration::from_secs),
        jitter = none,
        budget = &self.budget,
        fallback = |error, end| {
            self.dead_letters.add(format!("{event}: {error:?}, {:?} at {}", end.reason, end.attempts));
            if end.reason == Ended::Permanent { Err(error) } else { Ok(202) }
        },
    )]
    async fn deliver(&self, event: &str) -> Result<u32, Fault> {
        self.receiver.call()
    }
}

#[tokio::test(start_paused = true)]
async fn a_webhook_with_dead_letters() {
    let webhooks = |script: Vec<_>| Webhooks {
        receiver: Server::new(script),
        budget: Budget::standard(),
        dead_letters: Log::default(),
    };
    let late = webhooks(vec![Err(Fault::Down(1)), Err(Fault::Down(2)), Ok(200)]);
    assert_eq!(timed(late.deliver("paid")).await, (Ok(200), ms(11_000)));
    assert!(late.dead_letters.lines().is_empty());

    let down = webhooks(vec![Err(Fault::Down(0))]);
    assert_eq!(timed(down.deliver("paid")).await, (Ok(202), ms(4_271_000)));
    assert_eq!(down.dead_letters.lines(), ["paid: Down(0), Exhausted at 6"]);

    let gone = webhooks(vec![Err(Fault::Bad(410))]);
    assert_eq!(
        timed(gone.deliver("paid")).await,
        (Err(Fault::Bad(410)), ms(0))
    );
    assert_eq!(
        gone.dead_letters.lines(),
        ["paid: Bad(410), Permanent at 1"]
    );
}

/// A lease that is renewed until it is lost: the last renewal must start in time.
struct Lease {
    server: Server<u32, Fault>,
    expires: Instant,
}

impl Lease {
    #[retry(retry_for = self.expires - Instant::now(), backoff = fixed(400ms), jitter = none, budget = none)]
    async fn renew(&self) -> Result<u32, Fault> {
        self.server.call()
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_expires() {
    let lease = |failures| Lease {
        server: Server::failing(failures, Fault::Down(0), 1),
        expires: Instant::now() + ms(1500),
    };
    let late = lease(3);
    assert_eq!(timed(late.renew()).await, (Ok(1), ms(1200)));
    let lost = lease(4);
    assert_eq!(timed(lost.renew()).await, (Err(Fault::Down(0)), ms(1200)));
    assert_eq!(lost.server.calls(), 4);
    // Of one that has expired already there is one attempt, which tells why.
    let expired = lease(9);
    sleep(ms(2000)).await;
    assert_eq!(timed(expired.renew()).await, (Err(Fault::Down(0)), ms(0)));
    assert_eq!(expired.server.calls(), 1);
}
