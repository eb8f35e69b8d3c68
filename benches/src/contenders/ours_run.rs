//! `Policy::run`, for a closure.

use crate::{Fault, is_transient, skip};
use retry_runtime::Policy;

super::client!();

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        Policy::DEFAULT
            .run(async |_| {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            })
            .on(is_transient)
            .untimed()
            .await
    }

    pub async fn at_once(&self, id: u64, name: String) -> Result<u64, Fault> {
        Policy::DEFAULT
            .with_backoff(retry_runtime::Backoff::none())
            .run(async |_| {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            })
            .on(is_transient)
            .untimed()
            .await
    }

    pub async fn page(&self, id: u64, name: String) -> Result<u64, Fault> {
        Policy::DEFAULT
            .run(async |_| {
                let mut page = [0; 1024];
                self.service.fill(&mut page, &name).await?;
                Ok(id + u64::from(page[1023]))
            })
            .on(is_transient)
            .untimed()
            .await
    }

    pub async fn both(&self, id: u64, name: String) -> Result<u64, Fault> {
        Policy::DEFAULT
            .run(async |_| {
                let first = self.get(id, name.clone()).await?;
                let second = self.get(first, name.clone()).await?;
                Ok(first + second)
            })
            .on(is_transient)
            .untimed()
            .await
    }

    /// With a timer that does not wait.
    pub async fn skipping(&self, id: u64, name: String) -> Result<u64, Fault> {
        Policy::DEFAULT
            .run(async |_| {
                let answer = self.service.get(id, &name).await?;
                Ok(answer + 1)
            })
            .on(is_transient)
            .untimed()
            .sleep(skip)
            .await
    }
}
