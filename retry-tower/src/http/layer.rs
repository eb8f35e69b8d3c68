//! The layer for HTTP.

use super::calls::HttpCalls;
use super::drain::Drain;
use super::methods::Repeat;
use crate::BoxError;
use crate::breaker::Breaker;
use crate::budgets::{BudgetPerKey, Budgets, OneBudget};
use crate::call::Plan;
use crate::engine::Ruling;
use crate::hedging::Hedging;
use crate::race::{BoxedRace, Race};
use crate::replay::{Pool, Replay, ReplayBody};
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use retry_runtime::gate::Gate;
use retry_runtime::{Budget, Policy};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// Retries HTTP requests: see the [module](crate::http) for which.
///
/// The service inside is given requests with a [`ReplayBody`]; its error becomes a
/// [`BoxError`], from which it can be downcast. A response whose status is retried comes
/// back as it is when retries end.
///
/// ```
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
/// use retry_runtime::Policy;
/// use retry_tower::ReplayBody;
/// use retry_tower::http::{Retry, RetryLayer};
/// use tower::Layer;
///
/// type Body = http_body_util::Full<bytes::Bytes>;
///
/// let client = Client::builder(TokioExecutor::new()).build_http::<ReplayBody<Body>>();
/// let client: Retry<_> = RetryLayer::new(Policy::DEFAULT).layer(client);
/// # let _ = client;
/// ```
#[derive(Clone)]
#[must_use = "a layer does nothing until it wraps a service"]
pub struct RetryLayer {
    policy: PolicyOf,
    budgets: Arc<dyn Budgets<Parts> + Send + Sync>,
    breaker: Option<Breaker>,
    hedging: Option<Hedging>,
    body_limit: usize,
    name: &'static str,
}

#[derive(Clone)]
enum PolicyOf {
    All(Policy),
    Each(Arc<dyn Fn(&Parts) -> Policy + Send + Sync>),
}

impl RetryLayer {
    /// All requests under one policy, and their retries from one [`Budget::standard`].
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::http::RetryLayer;
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT.with_max(2));
    /// # let _ = layer;
    /// ```
    pub fn new(policy: Policy) -> Self {
        Self {
            policy: PolicyOf::All(policy),
            budgets: Arc::new(OneBudget(Some(Arc::new(Budget::standard())))),
            breaker: None,
            hedging: None,
            body_limit: 64 * 1024,
            name: "http",
        }
    }

    /// Each request under a policy of its own, by its head.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::http::RetryLayer;
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT).policy_of(|head| {
    ///     let patient = head.uri.path().starts_with("/reports/");
    ///     Policy::DEFAULT.with_max(if patient { 5 } else { 2 })
    /// });
    /// # let _ = layer;
    /// ```
    pub fn policy_of(mut self, policy: impl Fn(&Parts) -> Policy + Send + Sync + 'static) -> Self {
        self.policy = PolicyOf::Each(Arc::new(policy));
        self
    }

    /// Another budget: one for each server is best.
    ///
    /// ```
    /// use retry_runtime::{Budget, Policy};
    /// use retry_tower::http::RetryLayer;
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT).budget(Budget::standard().reserve(5));
    /// # let _ = layer;
    /// ```
    pub fn budget(mut self, budget: impl Into<Arc<Budget>>) -> Self {
        self.budgets = Arc::new(OneBudget(Some(budget.into())));
        self
    }

    /// A budget for each host and port, however they are written, made by `make`: for a client of many servers, so
    /// that a dead one leaves the others their retries. There are at most 10,000; the hosts
    /// beyond share one.
    ///
    /// ```
    /// use retry_runtime::{Budget, Policy};
    /// use retry_tower::http::RetryLayer;
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT).budget_per_host(Budget::standard);
    /// # let _ = layer;
    /// ```
    pub fn budget_per_host(mut self, make: impl Fn() -> Budget + Send + Sync + 'static) -> Self {
        self.budgets = Arc::new(BudgetPerKey::new(host_of, make));
        self
    }

    /// A circuit breaker: each attempt asks it first, and tells it how it ended.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
    /// use retry_tower::http::RetryLayer;
    ///
    /// struct Closed;
    ///
    /// impl Gate for Closed {
    ///     fn admit(&self) -> Result<Admission, Rejected> {
    ///         Ok(Admission::Normal)
    ///     }
    ///     fn record(&self, _: Admission, _: GateOutcome) {}
    /// }
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT).breaker(Closed);
    /// # let _ = layer;
    /// ```
    pub fn breaker(mut self, gate: impl Gate + Send + Sync + 'static) -> Self {
        self.breaker = Some(Breaker::new(gate));
        self
    }

    /// Another attempt beside one that is slow, of requests that may run twice.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::Hedging;
    /// use retry_tower::http::RetryLayer;
    /// use std::time::Duration;
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT).hedge(Hedging::after(Duration::from_millis(50)));
    /// # let _ = layer;
    /// ```
    pub fn hedge(mut self, hedging: Hedging) -> Self {
        self.hedging = Some(hedging);
        self
    }

    /// How many bytes of its body a request keeps for another attempt, 64 KiB by default. A
    /// longer body goes out once, and the request is not retried any more.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::http::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).body_limit(1024 * 1024);
    /// # let _ = layer;
    /// ```
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// What logs and metrics call these requests; `http` by default.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::http::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).name("users");
    /// # let _ = layer;
    /// ```
    pub fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Under what this request is sent.
    pub(crate) fn plan(&self, head: &Parts, repeat: Repeat) -> Plan {
        let policy = match &self.policy {
            PolicyOf::All(policy) => *policy,
            PolicyOf::Each(of) => of(head),
        };
        let never = repeat == Repeat::Never;
        let plan = Plan {
            name: self.name,
            policy: if never { policy.with_max(0) } else { policy },
            budget: self.budgets.budget(head),
            breaker: self.breaker.clone(),
            hedging: self.hedging.clone().filter(|_| repeat.is_repeatable()),
            ruling: Ruling::default(),
        };
        plan.ruled(true)
    }
}

/// The server of a request, however its name is written and whoever the user is.
fn host_of(head: &Parts) -> Option<(String, Option<u16>)> {
    let authority = head.uri.authority()?;
    let port = authority
        .port_u16()
        .or_else(|| match head.uri.scheme_str()? {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        });
    Some((authority.host().to_ascii_lowercase(), port))
}

impl fmt::Debug for RetryLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryLayer")
            .field("name", &self.name)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, service: S) -> Retry<S> {
        Retry {
            service,
            pool: Arc::new(Pool::new(self.body_limit, usize::MAX)),
            layer: self.clone(),
        }
    }
}

/// A client whose requests are retried: made by [`RetryLayer`].
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use retry_runtime::Policy;
/// use retry_tower::http::RetryLayer;
/// use retry_tower::ReplayBody;
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), retry_tower::BoxError> {
/// let server = service_fn(async |_: Request<ReplayBody<Full<Bytes>>>| {
///     std::io::Result::Ok(Response::new(Full::<Bytes>::from("hello")))
/// });
/// let client = RetryLayer::new(Policy::DEFAULT).layer(server);
/// let response = client.oneshot(Request::new(Full::default())).await?;
/// assert!(response.status().is_success());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Retry<S> {
    pub(super) service: S,
    pub(super) layer: RetryLayer,
    pub(super) pool: Arc<Pool>,
}

impl<S, B, R> Service<Request<B>> for Retry<S>
where
    S: Service<Request<ReplayBody<B>>, Response = Response<R>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: Body<Data = Bytes>,
{
    type Response = Response<R>;
    type Error = BoxError;
    type Future = ResponseFuture<S, B, R>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let repeat = Repeat::of(&parts.method, &parts.headers, &parts.extensions);
        let plan = self.layer.plan(&parts, repeat);
        let calls = HttpCalls {
            service: self.service.clone(),
            parts,
            replay: Replay::new(body, Arc::clone(&self.pool)),
            repeat,
            drain: Drain::default(),
        };
        ResponseFuture {
            race: Box::pin(Race::new(calls, plan)),
        }
    }
}

/// The response of a request that is retried: the future of [`Retry`].
///
/// It is public since it appears there; it is awaited.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use retry_tower::http::{ResponseFuture, Retry};
/// use retry_tower::{BoxError, ReplayBody};
/// use tower::Service;
/// use tower::util::BoxCloneService;
///
/// type Body = Full<Bytes>;
/// type Client = BoxCloneService<Request<ReplayBody<Body>>, Response<Body>, BoxError>;
///
/// fn send(mut client: Retry<Client>) -> ResponseFuture<Client, Body, Body> {
///     client.call(Request::new(Body::default()))
/// }
/// # let _ = send;
/// ```
pub struct ResponseFuture<S, B, R>
where
    S: Service<Request<ReplayBody<B>>, Response = Response<R>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: Body<Data = Bytes>,
{
    race: BoxedRace<HttpCalls<S, B, Response<R>>>,
}

impl<S, B, R> Future for ResponseFuture<S, B, R>
where
    S: Service<Request<ReplayBody<B>>, Response = Response<R>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: Body<Data = Bytes>,
{
    type Output = Result<Response<R>, BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.race.as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_the_same_however_it_is_written() {
        let of = |url: &str| host_of(&Request::get(url).body(()).unwrap().into_parts().0);
        let users = Some(("users.internal".to_owned(), Some(80)));
        for url in [
            "http://users.internal/7",
            "http://Users.Internal:80/",
            "http://me:secret@users.internal/",
        ] {
            assert_eq!(of(url), users, "{url}");
        }
        for url in [
            "https://users.internal/",
            "http://users.internal:8080/",
            "/7",
        ] {
            assert_ne!(of(url), users, "{url}");
        }
    }
}
