//! `none` leaves a key out: what the impl block or the policy says of it does
//! not hold for that method.

mod outage;
mod support;

use outage::{Breaker, Door};
use retry_runtime::{Policy, Rejected, idempotent, retry};
use std::future::pending;
use support::{Calls, Fault, ms, recorded, timed};

const POLICY: Policy = Policy::DEFAULT.with_timeout(ms(100)).with_deadline(ms(250));

/// Cut by the call's deadline, or by an attempt's timeout.
fn is_late(outcome: &Result<u32, Fault>, by_deadline: bool) -> bool {
    matches!(outcome, Err(Fault::Late(elapsed)) if elapsed.is_deadline() == by_deadline)
}

struct Client {
    calls: Calls,
    breaker: Breaker,
    prepared: u32,
}

impl Client {
    fn new(door: Door) -> Self {
        Self {
            calls: Calls::new(),
            breaker: Breaker::new(door),
            prepared: 0,
        }
    }
}

#[retry(max = 2, backoff = none, budget = none, hedge = 10ms, timeout = 100ms, deadline = 250ms)]
impl Client {
    /// As the block says: a second attempt after 10 ms, and all are cut.
    #[idempotent]
    async fn hedged(&self) -> Result<u32, Fault> {
        self.calls.next();
        pending().await
    }

    #[retry(hedge = none)]
    async fn not_hedged(&mut self) -> Result<u32, Fault> {
        self.prepared = self.calls.next();
        pending().await
    }

    #[retry(hedge = none, timeout = none)]
    async fn without_a_timeout(&self) -> Result<u32, Fault> {
        self.calls.next();
        pending().await
    }

    #[retry(hedge = none, deadline = none, on = |_| true)]
    async fn without_a_deadline(&self) -> Result<u32, Fault> {
        self.calls.next();
        pending().await
    }

    #[retry(hedge = none, timeout = none, deadline = none)]
    fn sync(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_leaves_out_the_blocks_limits_and_hedges() {
    let client = Client::new(Door::Closed);
    let (outcome, took) = timed(client.hedged()).await;
    assert!(is_late(&outcome, false), "{outcome:?}");
    assert_eq!((client.calls.count(), took), (3, ms(200)));

    let mut client = Client::new(Door::Closed);
    let (outcome, took) = timed(client.not_hedged()).await;
    assert!(is_late(&outcome, true), "{outcome:?}");
    assert_eq!((client.prepared, took), (3, ms(250)));

    let client = Client::new(Door::Closed);
    let (outcome, took) = timed(client.without_a_timeout()).await;
    assert!(is_late(&outcome, true), "{outcome:?}");
    assert_eq!((client.calls.count(), took), (1, ms(250)));

    let client = Client::new(Door::Closed);
    let (outcome, took) = timed(client.without_a_deadline()).await;
    assert!(is_late(&outcome, false), "{outcome:?}");
    assert_eq!((client.calls.count(), took), (3, ms(300)));

    let client = Client::new(Door::Closed);
    assert_eq!(client.sync(), Err(Fault::Down(3)));
}

/// An error that classifies itself, and takes what the runtime has to say.
fn refused(_: Rejected) -> Fault {
    Fault::Bad(0)
}

#[retry(
    max = 2,
    backoff = none,
    budget = none,
    on = |_| false,
    on_ok = |number| *number < 3,
    breaker = &self.breaker,
    rejected = refused,
    before_retry = |_| self.prepared += 1,
    fallback = |_| Ok(77),
    sleep = support::sleep
)]
impl Client {
    /// As the block says.
    #[idempotent]
    async fn guarded(&mut self) -> Result<u32, Fault> {
        Ok(self.calls.next())
    }

    #[retry(on_ok = none)]
    async fn any_answer(&mut self) -> Result<u32, Fault> {
        Ok(self.calls.next())
    }

    #[retry(on = none)]
    async fn by_itself(&mut self) -> Result<u32, Fault> {
        self.calls.fail_first(1)
    }

    #[retry(breaker = none, rejected = none)]
    async fn unguarded(&mut self) -> Result<u32, Fault> {
        Ok(self.calls.next())
    }

    #[retry(on = none, fallback = none)]
    async fn as_it_is(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(before_retry = none)]
    async fn unprepared(&mut self) -> Result<u32, Fault> {
        Ok(self.calls.next())
    }

    #[retry(backoff = fixed(5ms), jitter = none, sleep = none)]
    async fn by_tokios_timer(&mut self) -> Result<u32, Fault> {
        Ok(self.calls.next())
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_leaves_out_what_the_block_does_between_attempts() {
    let mut client = Client::new(Door::Closed);
    assert_eq!(client.guarded().await, Ok(3));
    assert_eq!((client.prepared, client.breaker.admitted()), (2, 3));

    let mut client = Client::new(Door::Closed);
    assert_eq!(client.any_answer().await, Ok(1));

    let mut client = Client::new(Door::Closed);
    assert_eq!(client.by_itself().await, Ok(3), "a failure and a 2");

    let mut client = Client::new(Door::Open);
    assert_eq!(client.guarded().await, Ok(77), "rejected");
    assert_eq!(client.unguarded().await, Ok(3));
    assert_eq!(client.breaker.admitted(), 0);

    let mut client = Client::new(Door::Closed);
    assert_eq!(client.as_it_is().await, Err(Fault::Down(3)));

    let mut client = Client::new(Door::Closed);
    assert_eq!(client.unprepared().await, Ok(3));
    assert_eq!(client.prepared, 0);

    let mut client = Client::new(Door::Closed);
    let (outcome, asked) = recorded(client.by_tokios_timer()).await;
    assert_eq!((outcome, asked), (Ok(3), vec![]));
}

#[retry(policy = &POLICY, elapsed = |_| Fault::Bad(0), backoff = none, timeout = none)]
impl Client {
    /// As the block says: the policy's timeout is left out.
    #[idempotent]
    async fn under_the_policy(&self) -> Result<u32, Fault> {
        self.calls.next();
        pending().await
    }

    #[retry(timeout = 50ms, elapsed = none, on = |_| true)]
    async fn with_a_timeout_of_its_own(&self) -> Result<u32, Fault> {
        self.calls.next();
        pending().await
    }

    #[retry(policy = none, max = 1)]
    async fn without_the_policy(&self) -> Result<u32, Fault> {
        tokio::time::sleep(ms(1000)).await;
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_and_its_limits_are_left_out() {
    let client = Client::new(Door::Closed);
    let (outcome, took) = timed(client.under_the_policy()).await;
    assert_eq!(outcome, Err(Fault::Bad(0)));
    assert_eq!((client.calls.count(), took), (1, ms(250)));

    let client = Client::new(Door::Closed);
    let (outcome, took) = timed(client.with_a_timeout_of_its_own()).await;
    assert!(is_late(&outcome, false), "{outcome:?}");
    assert_eq!((client.calls.count(), took), (4, ms(200)));

    let client = Client::new(Door::Closed);
    let (outcome, took) = timed(client.without_the_policy()).await;
    assert_eq!((outcome, took), (Err(Fault::Down(2)), ms(2000)));
}

#[retry(policy = &POLICY, backoff = none, deadline = none, fallback = none, hedge = none)]
async fn on_a_function(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[tokio::test(start_paused = true)]
async fn on_a_function_it_is_as_if_the_key_were_not_there() {
    let calls = Calls::new();
    let (outcome, took) = timed(on_a_function(&calls)).await;
    assert!(is_late(&outcome, false), "{outcome:?}");
    assert_eq!((calls.count(), took), (4, ms(400)));
}

#[retry(
    max = 2, backoff = none, budget = none, retry_for = 10s,
    until = |number| *number > 3,
    unfinished = |number| Fault::Bad(number),
    notify = |_| self.prepared += 1,
)]
impl Client {
    /// As the block says.
    #[idempotent]
    async fn polled(&mut self) -> Result<u32, Fault> {
        Ok(self.calls.next())
    }

    #[idempotent]
    #[retry(until = none, unfinished = none, notify = none)]
    async fn asked_once(&mut self) -> Result<u32, Fault> {
        self.calls.fail_first(1)
    }

    #[idempotent]
    #[retry(unfinished = none)]
    async fn as_it_comes(&mut self) -> Result<u32, Fault> {
        Ok(self.calls.next())
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_leaves_out_the_blocks_poll() {
    let mut client = Client::new(Door::Closed);
    assert_eq!(client.polled().await, Err(Fault::Bad(3)));
    let mut client = Client::new(Door::Closed);
    assert_eq!(client.asked_once().await, Ok(2));
    assert_eq!(client.prepared, 0);
    let mut client = Client::new(Door::Closed);
    assert_eq!(client.as_it_comes().await, Ok(3));
}
