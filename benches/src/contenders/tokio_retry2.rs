//! tokio-retry2: `Retry::spawn(strategy, action)`, whose errors say which are
//! permanent; its jitter is half below to half above the delay, after the cap.

use crate::{Fault, is_transient};
use std::time::Duration;
use tokio_retry2::strategy::{ExponentialFactorBackoff, FixedInterval, jitter};
use tokio_retry2::{Retry, RetryError};

super::client!();

/// Which errors are permanent is said in the action's own error type.
fn classify(fault: Fault) -> RetryError<Fault> {
    if is_transient(&fault) {
        RetryError::transient(fault)
    } else {
        RetryError::permanent(fault)
    }
}

fn delays() -> impl Iterator<Item = Duration> {
    ExponentialFactorBackoff::from_millis(100, 1.5)
        .max_delay(Duration::from_secs(1))
        .map(jitter)
        .take(3)
}

fn at_once() -> impl Iterator<Item = Duration> {
    FixedInterval::new(Duration::ZERO).take(3)
}

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        Retry::spawn(delays(), || async {
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
        Retry::spawn(at_once(), || async {
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
        Retry::spawn(delays(), || async {
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
        Retry::spawn(delays(), || async {
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
