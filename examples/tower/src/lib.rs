//! Retries over a [`tower::Service`]: by an annotated method, or by a layer.
//!
//! **Annotate the method** of your client ([`Users`]) wherever there is one:
//!
//! - it knows which operation it is. The compiler refuses to retry one that is
//!   `#[non_idempotent]`, and each method has a policy of its own;
//! - the request is built anew for each attempt, so it need not be `Clone`;
//! - all of the body is the attempt: decoding, and further calls, too;
//! - nothing is boxed.
//!
//! **Put a layer** of the crate `retry-tower` into the stack where requests of all
//! kinds pass, with no method to annotate ([`gateway`]). Then whoever builds the stack
//! answers for it that each of these requests may run twice: no compiler looks at
//! them. For HTTP, and for generated gRPC clients, the crate has layers that know
//! which requests may; `examples/grpc` has one of them.
//!
//! Not both: what the layer retries, the method's retries would multiply. Where it
//! happens all the same, the library holds back the inner ones while an outer one
//! is on a retry.
//!
//! In either case an attempt waits until the service is ready, since a service
//! may only be called after it said so, and a retry may well find it at its limit.
//! Layers outside of the retries (`timeout`, `concurrency_limit`) see the whole
//! call, those inside see each attempt.

use retry_runtime::{Budget, Policy, Transient, retry};
use retry_tower::RetryLayer;
use tower::{BoxError, Layer, Service, ServiceExt};

/// Retries of lines that only ask, and none of those that change anything.
pub fn gateway<S>(
    service: S,
) -> impl Service<String, Response = S::Response, Error = S::Error, Future: Send> + Clone
where
    S: Service<String, Future: Send> + Clone + Send,
    S::Error: Transient + From<retry_runtime::Elapsed> + From<retry_runtime::Rejected>,
    S::Error: Send,
    S::Response: Send,
{
    let layer = RetryLayer::by(|line: &String| {
        let asks = line.starts_with("get ");
        Policy::DEFAULT.with_max(if asks { 3 } else { 0 })
    });
    layer.name("gateway").layer(service)
}

/// A typed client of any service from lines to lines.
#[derive(Debug)]
pub struct Users<S> {
    service: S,
    budget: Budget,
}

impl<S> Users<S>
where
    S: Service<String, Response = String, Error = BoxError>,
{
    /// A client that sends its requests through `service`.
    pub fn new(service: S) -> Self {
        Self {
            service,
            budget: Budget::standard(),
        }
    }

    /// The name of a user.
    ///
    /// # Errors
    ///
    /// The error of the last attempt. Of a boxed error the library asks what it
    /// knows in there, an [`std::io::Error`] for example.
    #[retry(on = known, max = 4, timeout = 1s, deadline = 10s, budget = &self.budget)]
    pub async fn name(&mut self, id: u32) -> Result<String, BoxError> {
        let request = format!("get {id}");
        self.service.ready().await?.call(request).await
    }
}
