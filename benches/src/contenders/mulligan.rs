//! mulligan: `until(condition)` and its builder.

use crate::{Fault, is_transient};
use mulligan::backoff::Exponential;
use mulligan::until;
use std::time::Duration;

super::client!();

fn is_final(outcome: &Result<u64, Fault>) -> bool {
    !matches!(outcome, Err(fault) if is_transient(fault))
}

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        until(is_final)
            .stop_after(3)
            .backoff(Exponential::base(Duration::from_millis(100)).multiplier(1.5))
            .max_delay(Duration::from_secs(1))
            .equal_jitter()
            .execute(|| async {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            })
            .await
    }

    pub async fn at_once(&self, id: u64, name: String) -> Result<u64, Fault> {
        until(is_final)
            .stop_after(3)
            .fixed(Duration::ZERO)
            .execute(|| async {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            })
            .await
    }

    pub async fn page(&self, id: u64, name: String) -> Result<u64, Fault> {
        until(is_final)
            .stop_after(3)
            .backoff(Exponential::base(Duration::from_millis(100)).multiplier(1.5))
            .max_delay(Duration::from_secs(1))
            .equal_jitter()
            .execute(|| async {
                let mut page = [0; 1024];
                self.service.fill(&mut page, &name).await?;
                Ok(id + u64::from(page[1023]))
            })
            .await
    }

    pub async fn both(&self, id: u64, name: String) -> Result<u64, Fault> {
        until(is_final)
            .stop_after(3)
            .backoff(Exponential::base(Duration::from_millis(100)).multiplier(1.5))
            .max_delay(Duration::from_secs(1))
            .equal_jitter()
            .execute(|| async {
                let first = self.get(id, name.clone()).await?;
                let second = self.get(first, name.clone()).await?;
                Ok(first + second)
            })
            .await
    }
}
