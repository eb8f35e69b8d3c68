//! `#[retry]` without a budget, as the loop by hand has none.

use crate::{Fault, is_transient, skip};
use retry_runtime::retry;

super::client!();

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    #[retry(budget = none, on = is_transient)]
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        let answer = self.service.get(id, &name).await?;
        Ok(answer + 1)
    }

    /// With a timer that does not wait.
    #[retry(budget = none, on = is_transient, sleep = skip)]
    pub async fn skipping(&self, id: u64, name: String) -> Result<u64, Fault> {
        let answer = self.service.get(id, &name).await?;
        Ok(answer + 1)
    }

    #[retry(budget = none, on = is_transient, backoff = none)]
    pub async fn at_once(&self, id: u64, name: String) -> Result<u64, Fault> {
        let answer = self.service.get(id, &name).await?;
        Ok(answer + 1)
    }

    #[retry(budget = none, on = is_transient)]
    pub async fn page(&self, id: u64, name: String) -> Result<u64, Fault> {
        let mut page = [0; 1024];
        self.service.fill(&mut page, &name).await?;
        Ok(id + u64::from(page[1023]))
    }

    #[retry(budget = none, on = is_transient)]
    pub async fn both(&self, id: u64, name: String) -> Result<u64, Fault> {
        let first = self.get(id, name.clone()).await?;
        let second = self.get(first, name.clone()).await?;
        Ok(first + second)
    }
}
