//! backoff: `future::retry(policy, closure)`; it counts no retries by itself, so a
//! policy of one's own does.

use crate::{Fault, is_transient};
use backoff::backoff::{Backoff, Zero};
use backoff::future::retry;
use backoff::{ExponentialBackoff, ExponentialBackoffBuilder};
use std::time::Duration;

super::client!();

/// At most so many retries.
struct Counted<B> {
    left: u32,
    inner: B,
}

impl<B: Backoff> Backoff for Counted<B> {
    fn next_backoff(&mut self) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        self.inner.next_backoff()
    }
}

fn delays() -> Counted<ExponentialBackoff> {
    let inner = ExponentialBackoffBuilder::new()
        .with_initial_interval(Duration::from_millis(100))
        .with_multiplier(1.5)
        .with_max_interval(Duration::from_secs(1))
        .with_max_elapsed_time(None)
        .build();
    Counted { left: 3, inner }
}

fn at_once() -> Counted<Zero> {
    Counted {
        left: 3,
        inner: Zero {},
    }
}

fn classify(fault: Fault) -> backoff::Error<Fault> {
    if is_transient(&fault) {
        backoff::Error::transient(fault)
    } else {
        backoff::Error::permanent(fault)
    }
}

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        retry(delays(), || async {
            async {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            }
            .await
            .map_err(classify)
        })
        .await
    }

    pub async fn at_once(&self, id: u64, name: String) -> Result<u64, Fault> {
        retry(at_once(), || async {
            async {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            }
            .await
            .map_err(classify)
        })
        .await
    }

    pub async fn page(&self, id: u64, name: String) -> Result<u64, Fault> {
        retry(delays(), || async {
            async {
                let mut page = [0; 1024];
                self.service.fill(&mut page, &name).await?;
                Ok(id + u64::from(page[1023]))
            }
            .await
            .map_err(classify)
        })
        .await
    }

    pub async fn both(&self, id: u64, name: String) -> Result<u64, Fault> {
        retry(delays(), || async {
            async {
                let first = self.get(id, name.clone()).await?;
                let second = self.get(first, name.clone()).await?;
                Ok(first + second)
            }
            .await
            .map_err(classify)
        })
        .await
    }
}
