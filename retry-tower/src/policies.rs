//! Under which policy a request is sent.

use retry_runtime::Policy;

/// The policy of a request.
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::{Always, Policies, RetryLayer};
///
/// fn layer(policy: Policy) -> RetryLayer<Always> {
///     RetryLayer::new(policy)
/// }
///
/// fn is_by_request<R, P: Policies<R>>(_: &RetryLayer<P>) {}
/// is_by_request::<u32, _>(&layer(Policy::DEFAULT));
/// ```
pub trait Policies<R> {
    /// Asked once a call.
    #[doc(hidden)]
    fn policy(&self, request: &R) -> Policy;
}

/// The same for all requests.
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::{Always, RetryLayer};
///
/// let layer: RetryLayer<Always> = RetryLayer::new(Policy::DEFAULT);
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Always(pub(crate) Policy);

impl<R> Policies<R> for Always {
    fn policy(&self, _: &R) -> Policy {
        self.0
    }
}

/// By a function of the request.
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::{ByRequest, RetryLayer};
///
/// let by: fn(&u32) -> Policy = |id| Policy::DEFAULT.with_max(id % 4);
/// let layer: RetryLayer<ByRequest<_>> = RetryLayer::by(by);
/// # let _ = layer;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ByRequest<F>(pub(crate) F);

impl<R, F: Fn(&R) -> Policy> Policies<R> for ByRequest<F> {
    fn policy(&self, request: &R) -> Policy {
        (self.0)(request)
    }
}
