//! The loop by hand in a function that returns `async move`, in place of an
//! `async fn`, which keeps its arguments twice.

#![allow(
    clippy::manual_async_fn,
    reason = "an `async fn` stores its arguments twice: that is what is measured"
)]

use crate::{Fault, is_transient, skip};
use std::future::Future;
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
    pub fn get(&self, id: u64, name: String) -> impl Future<Output = Result<u64, Fault>> {
        async move {
            attempts!(sleep, {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            })
        }
    }

    /// With a timer that does not wait.
    pub fn skipping(&self, id: u64, name: String) -> impl Future<Output = Result<u64, Fault>> {
        async move {
            attempts!(skip, {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            })
        }
    }

    pub fn at_once(&self, id: u64, name: String) -> impl Future<Output = Result<u64, Fault>> {
        async move {
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
    }

    pub fn page(&self, id: u64, name: String) -> impl Future<Output = Result<u64, Fault>> {
        async move {
            attempts!(sleep, {
                let mut page = [0; 1024];
                self.service.fill(&mut page, &name).await?;
                Ok(id + u64::from(page[1023]))
            })
        }
    }

    pub fn both(&self, id: u64, name: String) -> impl Future<Output = Result<u64, Fault>> {
        async move {
            attempts!(sleep, {
                let first = self.get(id, name.clone()).await?;
                let second = self.get(first, name.clone()).await?;
                Ok(first + second)
            })
        }
    }
}
