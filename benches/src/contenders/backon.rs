//! backon: `(closure).retry(builder).when(predicate)`.

use crate::{Fault, is_transient, skip};
use backon::{ConstantBuilder, ExponentialBuilder, Retryable};
use std::time::Duration;

super::client!();

const POLICY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(100))
    .with_factor(1.5)
    .with_max_delay(Duration::from_secs(1))
    .with_max_times(3)
    .with_jitter();
const AT_ONCE: ConstantBuilder = ConstantBuilder::new()
    .with_delay(Duration::ZERO)
    .with_max_times(3);

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        (|| async {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        })
        .retry(POLICY)
        .when(is_transient)
        .await
    }

    pub async fn at_once(&self, id: u64, name: String) -> Result<u64, Fault> {
        (|| async {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        })
        .retry(AT_ONCE)
        .when(is_transient)
        .await
    }

    pub async fn page(&self, id: u64, name: String) -> Result<u64, Fault> {
        (|| async {
            let mut page = [0; 1024];
            self.service.fill(&mut page, &name).await?;
            Ok(id + u64::from(page[1023]))
        })
        .retry(POLICY)
        .when(is_transient)
        .await
    }

    pub async fn both(&self, id: u64, name: String) -> Result<u64, Fault> {
        (|| async {
            let first = self.get(id, name.clone()).await?;
            let second = self.get(first, name.clone()).await?;
            Ok(first + second)
        })
        .retry(POLICY)
        .when(is_transient)
        .await
    }

    /// With a timer that does not wait.
    pub async fn skipping(&self, id: u64, name: String) -> Result<u64, Fault> {
        (|| async {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        })
        .retry(POLICY)
        .sleep(skip)
        .when(is_transient)
        .await
    }
}
