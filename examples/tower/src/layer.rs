//! A layer made of a policy.

use retry_runtime::{Budget, Elapsed, Policy, Transient};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service, ServiceExt};

/// Retries every request that passes, under one policy and one budget.
#[derive(Clone, Debug)]
pub struct RetryLayer {
    policy: Policy,
    budget: Arc<Budget>,
}

impl RetryLayer {
    /// A layer under this policy, with a budget that all its services share.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            budget: Arc::new(Budget::standard()),
        }
    }

    /// Another budget: one for each server is best.
    #[must_use]
    pub fn budget(mut self, budget: Arc<Budget>) -> Self {
        self.budget = budget;
        self
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, service: S) -> Retry<S> {
        Retry {
            service,
            layer: self.clone(),
        }
    }
}

/// A service whose requests are retried: made by [`RetryLayer`].
#[derive(Clone, Debug)]
pub struct Retry<S> {
    service: S,
    layer: RetryLayer,
}

/// Each attempt has a clone of the request, and but for the first a clone of
/// the service.
impl<S, Request> Service<Request> for Retry<S>
where
    S: Service<Request> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Transient + From<Elapsed> + Send,
    Request: Clone + Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that is ready goes into the call; a clone need not be ready.
        let clone = self.service.clone();
        let mut ready = Some(mem::replace(&mut self.service, clone));
        let service = self.service.clone();
        let RetryLayer { policy, budget } = self.layer.clone();
        Box::pin(async move {
            let attempt = move |_| {
                let service = ready.take().unwrap_or_else(|| service.clone());
                service.oneshot(request.clone())
            };
            policy.run(attempt).budget(&budget).await
        })
    }
}
