//! `before_retry` and `hedge`: a hook runs before each hedge.

use crate::support::{Fault, ms, timed};
use retry_runtime::retry;
use std::future::pending;
use std::sync::Mutex;
use tokio::time::sleep;

struct Client {
    begun: tokio::time::Instant,
    log: Mutex<Vec<(u128, &'static str, u32)>>,
}

impl Client {
    fn new() -> Self {
        let begun = tokio::time::Instant::now();
        let log = Mutex::default();
        Self { begun, log }
    }

    fn note(&self, what: &'static str, number: u32) {
        let now = self.begun.elapsed().as_millis();
        self.log.lock().unwrap().push((now, what, number));
    }

    async fn connect(&self, number: u32) -> Result<(), Fault> {
        self.note("hook", number);
        sleep(ms(20)).await;
        if number == 9 {
            Err(Fault::Bad(9))
        } else {
            Ok(())
        }
    }

    #[retry(hedge(50ms, 2), attempt = at, before_retry = |retry| self.connect(retry.number()))]
    async fn get(&self) -> Result<u32, Fault> {
        self.note("attempt", at.number());
        if at.number() < 3 {
            pending::<()>().await;
        }
        Ok(at.number())
    }

    #[retry(hedge = 50ms, before_retry = |_| async { Err::<(), Fault>(Fault::Bad(1)) })]
    async fn fails_in_its_hook(&self) -> Result<u32, Fault> {
        self.note("attempt", 1);
        sleep(ms(100)).await;
        Ok(1)
    }
}

#[tokio::test(start_paused = true)]
async fn it_runs_before_each_hedge_beside_what_is_pending() {
    let client = Client::new();
    assert_eq!(timed(client.get()).await, (Ok(3), ms(120)));
    let expected = [
        (0, "attempt", 1),
        (50, "hook", 2),
        (70, "attempt", 2),
        (100, "hook", 3),
        (120, "attempt", 3),
    ];
    assert_eq!(*client.log.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn its_permanent_error_ends_the_call_at_once() {
    let client = Client::new();
    let (outcome, took) = timed(client.fails_in_its_hook()).await;
    assert_eq!((outcome, took), (Err(Fault::Bad(1)), ms(50)));
    assert_eq!(client.log.lock().unwrap().len(), 1);
}
