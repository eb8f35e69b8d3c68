//! The loop as one writes it by hand: the body in a block of its own, so that
//! its `?` ends the attempt; nothing but the counter and the delay is kept over
//! the wait.

use crate::{Fault, is_transient, skip};
use std::time::Duration;
use tokio::time::sleep;

super::client!();

const FIRST: Duration = Duration::from_millis(100);
const CAP: Duration = Duration::from_secs(1);

/// The loop, once a method.
macro_rules! attempts {
    ($sleep:path, $body:block) => {{
        let mut retries = 0;
        let mut delay = FIRST;
        loop {
            let wait = {
                let outcome: Result<_, Fault> = async $body.await;
                match &outcome {
                    Err(fault) if retries < 3 && is_transient(fault) => {
                        delay.mul_f64(1.0 - 0.5 * fastrand::f64())
                    }
                    _ => return outcome,
                }
            };
            $sleep(wait).await;
            retries += 1;
            delay = delay.mul_f64(1.5).min(CAP);
        }
    }};
}

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        attempts!(sleep, {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        })
    }

    /// With a timer that does not wait.
    pub async fn skipping(&self, id: u64, name: String) -> Result<u64, Fault> {
        attempts!(skip, {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        })
    }

    pub async fn at_once(&self, id: u64, name: String) -> Result<u64, Fault> {
        let mut retries = 0;
        loop {
            let outcome = async {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            }
            .await;
            match &outcome {
                Err(fault) if retries < 3 && is_transient(fault) => retries += 1,
                _ => return outcome,
            }
        }
    }

    pub async fn page(&self, id: u64, name: String) -> Result<u64, Fault> {
        attempts!(sleep, {
            let mut page = [0; 1024];
            self.service.fill(&mut page, &name).await?;
            Ok(id + u64::from(page[1023]))
        })
    }

    pub async fn both(&self, id: u64, name: String) -> Result<u64, Fault> {
        attempts!(sleep, {
            let first = self.get(id, name.clone()).await?;
            let second = self.get(first, name.clone()).await?;
            Ok(first + second)
        })
    }
}
