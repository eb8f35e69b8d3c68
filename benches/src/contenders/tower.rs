//! tower: a `Retry` layer around the service, one a call as its policy counts
//! down; requests are cloned.

use crate::{Fault, is_transient};
use std::future::{Future, Ready, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};
use tower::retry::{Policy, Retry};
use tower::{ServiceExt, service_fn};

super::client!();

/// Counts down, and waits longer each time.
#[derive(Clone)]
struct Delays {
    left: u32,
    delay: Duration,
}

const DELAYS: Delays = Delays {
    left: 3,
    delay: Duration::from_millis(100),
};

impl<R: Clone> Policy<R, u64, Fault> for Delays {
    type Future = Sleep;

    fn retry(&mut self, _: &mut R, outcome: &mut Result<u64, Fault>) -> Option<Sleep> {
        if !matches!(outcome, Err(fault) if is_transient(fault)) {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let wait = self.delay.mul_f64(1.0 - 0.5 * fastrand::f64());
        self.delay = self.delay.mul_f64(1.5).min(Duration::from_secs(1));
        Some(sleep(wait))
    }

    fn clone_request(&mut self, request: &R) -> Option<R> {
        Some(request.clone())
    }
}

/// Counts down.
#[derive(Clone)]
struct AtOnce {
    left: u32,
}

impl<R: Clone> Policy<R, u64, Fault> for AtOnce {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut R, outcome: &mut Result<u64, Fault>) -> Option<Ready<()>> {
        if !matches!(outcome, Err(fault) if is_transient(fault)) {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        Some(ready(()))
    }

    fn clone_request(&mut self, request: &R) -> Option<R> {
        Some(request.clone())
    }
}

/// A request as it goes through the layer.
type Request = (u64, String);

async fn retried<P, F>(
    policy: P,
    request: Request,
    call: impl FnMut(Request) -> F + Clone,
) -> Result<u64, Fault>
where
    P: Policy<Request, u64, Fault> + Clone,
    F: Future<Output = Result<u64, Fault>>,
{
    Retry::new(policy, service_fn(call)).oneshot(request).await
}

#[allow(missing_docs, clippy::missing_errors_doc, reason = "see `contenders`")]
impl Client<'_> {
    pub async fn get(&self, id: u64, name: String) -> Result<u64, Fault> {
        let call = async |(id, name): Request| {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        };
        retried(DELAYS, (id, name), call).await
    }

    pub async fn at_once(&self, id: u64, name: String) -> Result<u64, Fault> {
        let call = async |(id, name): Request| {
            let answer = self.service.get(id, &name).await?;
            Ok(answer + 1)
        };
        retried(AtOnce { left: 3 }, (id, name), call).await
    }

    pub async fn page(&self, id: u64, name: String) -> Result<u64, Fault> {
        let call = async |(id, name): Request| {
            let mut page = [0; 1024];
            self.service.fill(&mut page, &name).await?;
            Ok(id + u64::from(page[1023]))
        };
        retried(DELAYS, (id, name), call).await
    }

    pub async fn both(&self, id: u64, name: String) -> Result<u64, Fault> {
        let call = async |(id, name): Request| {
            let first = self.get(id, name.clone()).await?;
            let second = self.get(first, name.clone()).await?;
            Ok(first + second)
        };
        retried(DELAYS, (id, name), call).await
    }
}
