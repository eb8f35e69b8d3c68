//! tryhard: `retry_fn(closure)` with a strategy that ends the retries at a permanent
//! error. It has no jitter: the strategy adds it.

use crate::{Fault, is_transient};
use std::time::Duration;
use tryhard::{RetryPolicy, retry_fn};

super::client!();

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "at most 3"
)]
fn delays(attempt: u32, fault: &Fault) -> RetryPolicy {
    if is_transient(fault) {
        let delay = Duration::from_millis(100).mul_f64(1.5_f64.powi(attempt as i32 - 1));
        RetryPolicy::Delay(delay.mul_f64(1.0 - 0.5 * fastrand::f64()))
    } else {
        RetryPolicy::Break
    }
}

fn at_once(_: u32, fault: &Fault) -> RetryPolicy {
    if is_transient(fault) {
        RetryPolicy::Delay(Duration::ZERO)
    } else {
        RetryPolicy::Break
    }
}

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        retry_fn(|| async {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        })
        .retries(3)
        .custom_backoff(delays)
        .max_delay(Duration::from_secs(1))
        .await
    }

    pub async fn at_once(&self, id: u64, name: String) -> Result<u64, Fault> {
        retry_fn(|| async {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        })
        .retries(3)
        .custom_backoff(at_once)
        .await
    }

    pub async fn page(&self, id: u64, name: String) -> Result<u64, Fault> {
        retry_fn(|| async {
            let mut page = [0; 1024];
            self.service.fill(&mut page, &name).await?;
            Ok(id + u64::from(page[1023]))
        })
        .retries(3)
        .custom_backoff(delays)
        .max_delay(Duration::from_secs(1))
        .await
    }

    pub async fn both(&self, id: u64, name: String) -> Result<u64, Fault> {
        retry_fn(|| async {
            let first = self.get(id, name.clone()).await?;
            let second = self.get(first, name.clone()).await?;
            Ok(first + second)
        })
        .retries(3)
        .custom_backoff(delays)
        .max_delay(Duration::from_secs(1))
        .await
    }
}
