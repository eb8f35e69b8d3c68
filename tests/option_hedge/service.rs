//! A service whose answers are written down.

use crate::outage::Alive;
use crate::support::{Calls, Fault, ms};
use retry_runtime::{Budget, Ended, Verdict, retry};
use std::sync::Mutex;
use tokio::time::{Instant, sleep};

/// What the service does with one call.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    after: u64,
    verdict: Option<Verdict>,
}

pub(crate) const fn ok(after: u64) -> Answer {
    Answer {
        after,
        verdict: None,
    }
}

pub(crate) const fn err(after: u64, verdict: Verdict) -> Answer {
    Answer {
        after,
        verdict: Some(verdict),
    }
}

pub(crate) const fn down(after: u64) -> Answer {
    err(after, Verdict::transient())
}

/// An answer for each call, in the order of their starts; the last one again
/// for those that follow.
pub(crate) struct Service {
    answers: Vec<Answer>,
    begun: Instant,
    starts: Mutex<Vec<u128>>,
    pub(crate) alive: Alive,
    pub(crate) budget: Budget,
}

/// The number of the call that failed, and what it says about another try.
#[derive(Debug, PartialEq)]
pub(crate) struct Failed(pub(crate) u32, pub(crate) Verdict);

impl retry_runtime::Transient for Failed {
    fn verdict(&self) -> Verdict {
        self.1
    }
}

impl From<retry_runtime::Elapsed> for Failed {
    fn from(_: retry_runtime::Elapsed) -> Self {
        Failed(0, Verdict::transient())
    }
}

pub(crate) type Outcome = Result<u32, Failed>;

impl Service {
    pub(crate) fn new(answers: &[Answer]) -> Self {
        Self {
            answers: answers.to_vec(),
            begun: Instant::now(),
            starts: Mutex::default(),
            alive: Alive::default(),
            budget: Budget::new(100).unwrap(),
        }
    }

    /// When the calls began, in milliseconds.
    pub(crate) fn starts(&self) -> Vec<u128> {
        self.starts.lock().unwrap().clone()
    }

    async fn ask(&self) -> Outcome {
        let _alive = self.alive.guard();
        let number = {
            let mut starts = self.starts.lock().unwrap();
            starts.push(self.begun.elapsed().as_millis());
            starts.len()
        };
        let last = self.answers.last().unwrap();
        let answer = self.answers.get(number - 1).unwrap_or(last);
        sleep(ms(answer.after)).await;
        let number = u32::try_from(number).unwrap();
        answer
            .verdict
            .map_or(Ok(number), |verdict| Err(Failed(number, verdict)))
    }

    #[retry(hedge = 50ms, jitter = none, budget = none)]
    pub(crate) async fn get(&self) -> Outcome {
        self.ask().await
    }

    #[retry(hedge(50ms, 2), jitter = none, budget = &self.budget)]
    pub(crate) async fn two(&self) -> Outcome {
        self.ask().await
    }

    #[retry(hedge(50ms, 8), max = 9, jitter = none)]
    pub(crate) async fn eight(&self) -> Outcome {
        self.ask().await
    }

    #[retry(hedge(50ms, 8), max = 2, jitter = none)]
    pub(crate) async fn bounded(&self) -> Outcome {
        self.ask().await
    }

    #[retry(hedge = 50ms, jitter = none, fallback = |error, end| {
        assert_eq!(end.reason, if error.1 == Verdict::permanent() { Ended::Permanent } else { Ended::Exhausted });
        Err(error)
    })]
    pub(crate) async fn told(&self) -> Outcome {
        self.ask().await
    }
}

/// Answers after `slow` the first time, and at once after that.
pub(crate) async fn slow_first(calls: &Calls, slow: u64) -> Result<u32, Fault> {
    let number = calls.next();
    if number == 1 {
        sleep(ms(slow)).await;
    }
    Ok(number)
}
