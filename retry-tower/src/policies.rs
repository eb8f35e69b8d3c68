//! Under which policy a request is sent.

use retry_runtime::Policy;

/// The policy of a request.
pub trait Policies<R> {
    /// Asked once a call.
    #[doc(hidden)]
    fn policy(&self, request: &R) -> Policy;
}

/// The same for all requests.
#[derive(Clone, Copy, Debug)]
pub struct Always(pub(crate) Policy);

impl<R> Policies<R> for Always {
    fn policy(&self, _: &R) -> Policy {
        self.0
    }
}

/// By a function of the request.
#[derive(Clone, Copy, Debug)]
pub struct ByRequest<F>(pub(crate) F);

impl<R, F: Fn(&R) -> Policy> Policies<R> for ByRequest<F> {
    fn policy(&self, request: &R) -> Policy {
        (self.0)(request)
    }
}
