//! backon-macros: `#[backon(..)]` on a method. It takes no owned arguments, so
//! the name is borrowed here.

use crate::{Fault, is_transient};
use backon::{ConstantBuilder, ExponentialBuilder};
use backon_macros::backon;
use std::time::Duration;

super::client!();

fn delays() -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(100))
        .with_factor(1.5)
        .with_max_delay(Duration::from_secs(1))
        .with_max_times(3)
        .with_jitter()
}

fn no_delays() -> ConstantBuilder {
    ConstantBuilder::new()
        .with_delay(Duration::ZERO)
        .with_max_times(3)
}

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    #[backon(backoff = delays, when = is_transient)]
    pub async fn get(&self, id: u64, name: &str) -> Result<u64, Fault> {
        let answer = self.service.get(id, name).await?;
        Ok(answer + 1)
    }

    #[backon(backoff = no_delays, when = is_transient)]
    pub async fn at_once(&self, id: u64, name: &str) -> Result<u64, Fault> {
        let answer = self.service.get(id, name).await?;
        Ok(answer + 1)
    }

    #[backon(backoff = delays, when = is_transient)]
    pub async fn page(&self, id: u64, name: &str) -> Result<u64, Fault> {
        let mut page = [0; 1024];
        self.service.fill(&mut page, name).await?;
        Ok(id + u64::from(page[1023]))
    }

    #[backon(backoff = delays, when = is_transient)]
    pub async fn both(&self, id: u64, name: &str) -> Result<u64, Fault> {
        let first = self.get(id, name).await?;
        let second = self.get(first, name).await?;
        Ok(first + second)
    }
}
