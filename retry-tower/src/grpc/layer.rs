//! The layer for gRPC.

use super::attempt::Template;
use super::calls::GrpcCalls;
use super::channel::{Channel, InEffect};
use super::methods::Method;
use super::metrics::Labels;
use super::rules::{Rules, Table};
use crate::breaker::Breaker;
use crate::call::Plan;
use crate::engine::Ruling;
use crate::marks::NoRetry;
use crate::race::{BoxedRace, Race};
use crate::replay::{Pool, Replay};
use bytes::Bytes;
use http::{Request, Response};
use retry_runtime::gate::Gate;
use retry_runtime::service_config::InvalidServiceConfig;
use retry_runtime::{Budget, Policy};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::task::{Context, Poll};
use tonic::Status;
use tonic::body::Body;
use tower_layer::Layer;
use tower_service::Service;

/// Retries the calls of tonic's generated clients, as gRPC's clients in other languages do
/// by themselves (gRPC A6): see the [module](crate::grpc) for what is retried, and how.
///
/// The error is a [`Status`] with its source, so that a generated client hands it on as it is.
///
/// ```
/// use retry_tower::grpc::RetryLayer;
/// use tonic::transport::Channel;
/// use tower::Layer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let layer = RetryLayer::from_service_config("{}").unwrap();
/// let channel = Channel::from_static("http://users.internal:4000").connect_lazy();
/// let retried = layer.layer(channel);
/// # let _ = retried;
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a layer does nothing until it wraps a service"]
pub struct RetryLayer {
    /// Shared by all services, and by the clones of this layer.
    rules: Arc<InEffect>,
    budget: Option<Arc<Budget>>,
    breaker: Option<Breaker>,
    labels: Labels,
    call_buffer: usize,
    channel_buffer: usize,
}

impl RetryLayer {
    /// By the JSON of a gRPC service config.
    ///
    /// # Errors
    ///
    /// What is wrong with the config, by the name of its field.
    ///
    /// ```
    /// use retry_tower::grpc::RetryLayer;
    ///
    /// let error = RetryLayer::from_service_config("{ methodConfig }").unwrap_err();
    /// assert!(error.to_string().starts_with("this is not JSON"));
    /// ```
    pub fn from_service_config(json: &str) -> Result<Self, InvalidServiceConfig> {
        Ok(Self::of(Rules::of(json.parse()?, Arc::default(), 0)))
    }

    /// One policy for all methods that are declared, without a service config: a status is
    /// judged by its own [`Transient`](retry_runtime::Transient).
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::grpc::{Idempotency, Method, RetryLayer};
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT)
    ///     .methods(&[Method::new("users.v1.Users/Get", Idempotency::Safe)]);
    /// # let _ = layer;
    /// ```
    pub fn new(policy: Policy) -> Self {
        Self::of(Rules::under(policy, Arc::default()))
    }

    fn of(rules: Rules) -> Self {
        Self {
            rules: Arc::new(InEffect::new(rules)),
            budget: None,
            breaker: None,
            labels: Labels::default(),
            call_buffer: 1 << 20,
            channel_buffer: 16 << 20,
        }
    }

    /// What the protos say about their methods.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::grpc::{Idempotency, Method, RetryLayer};
    /// const METHODS: &[Method] = &[Method::new("users.v1.Users/Get", Idempotency::Safe)];
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT).methods(METHODS);
    /// # let _ = layer;
    /// ```
    pub fn methods(self, methods: &[Method]) -> Self {
        self.with_table(|table| table.add(methods))
    }

    /// What only a wildcard names, `{}` or a service, is retried too, as gRPC's other
    /// clients do it: whoever wrote the config answers for it that each of these methods may
    /// run twice.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::grpc::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).trust_wildcards();
    /// # let _ = layer;
    /// ```
    pub fn trust_wildcards(self) -> Self {
        self.with_table(Table::trust_wildcards)
    }

    /// Another budget, in place of `retryThrottling` and of [`Budget::standard`].
    ///
    /// ```
    /// # use retry_runtime::{Budget, Policy};
    /// # use retry_tower::grpc::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).budget(Budget::standard().reserve(5));
    /// # let _ = layer;
    /// ```
    pub fn budget(mut self, budget: impl Into<Arc<Budget>>) -> Self {
        self.budget = Some(budget.into());
        self
    }

    /// A circuit breaker: each attempt asks it first, and tells it how it ended.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
    /// use retry_tower::grpc::RetryLayer;
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

    /// How many bytes of its messages a call keeps for another attempt, 1 MiB by default. A
    /// call that has more goes on with the attempt that is furthest ahead, and is not
    /// retried any more.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::grpc::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).call_buffer(64 * 1024);
    /// # let _ = layer;
    /// ```
    pub fn call_buffer(mut self, bytes: usize) -> Self {
        self.call_buffer = bytes;
        self
    }

    /// How many bytes all calls of one service keep together, 16 MiB by default.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::grpc::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).channel_buffer(1024 * 1024);
    /// # let _ = layer;
    /// ```
    pub fn channel_buffer(mut self, bytes: usize) -> Self {
        self.channel_buffer = bytes;
        self
    }

    /// What the label `grpc.target` of metrics says.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::grpc::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).target("dns:///users.internal:4000");
    /// # let _ = layer;
    /// ```
    #[cfg_attr(not(feature = "metrics"), allow(unused_mut, unused_variables))]
    pub fn target(mut self, target: impl AsRef<str>) -> Self {
        #[cfg(feature = "metrics")]
        {
            self.labels.target = target.as_ref().into();
        }
        self
    }

    /// Puts another service config into effect, for this layer, its clones, and all services
    /// that they have made. Calls in flight keep theirs.
    ///
    /// # Errors
    ///
    /// What is wrong with the config; the one before stays in effect then.
    ///
    /// ```
    /// use retry_tower::grpc::RetryLayer;
    ///
    /// let layer = RetryLayer::from_service_config("{}")?;
    /// layer.replace_service_config(r#"{ "methodConfig": [] }"#)?;
    /// # Ok::<(), retry_runtime::service_config::InvalidServiceConfig>(())
    /// ```
    pub fn replace_service_config(&self, json: &str) -> Result<(), InvalidServiceConfig> {
        self.rules.replace(json.parse()?);
        Ok(())
    }

    /// From here on this layer has rules of its own: its clones so far keep theirs.
    fn with_table(mut self, change: impl FnOnce(&mut Table)) -> Self {
        let rules = self.rules.now();
        let mut table = Table::clone(rules.table());
        change(&mut table);
        self.rules = Arc::new(InEffect::new(rules.beside(Arc::new(table))));
        self
    }
}

impl fmt::Debug for RetryLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryLayer")
            .field("rules", &self.rules.now())
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, service: S) -> Retry<S> {
        let pool = Pool::new(self.call_buffer, self.channel_buffer);
        Retry {
            service,
            layer: self.clone(),
            channel: Arc::new(Channel::new(&self.rules, pool)),
        }
    }
}

/// A channel whose calls are retried: made by [`RetryLayer`]. It is what the generated client
/// is given; its clones share buffers and budget.
///
/// ```
/// use retry_tower::grpc::Retry;
/// use tonic::client::Grpc;
/// use tonic::transport::Channel;
///
/// struct Users {
///     rpc: Grpc<Retry<Channel>>, // what generated clients have inside
/// }
/// # let _ = |users: Users| users.rpc;
/// ```
#[derive(Clone)]
pub struct Retry<S> {
    service: S,
    layer: RetryLayer,
    channel: Arc<Channel>,
}

impl<S> Retry<S> {
    /// How many bytes of messages are kept for retries now, by all calls of this service and
    /// its clones.
    ///
    /// ```
    /// # use retry_tower::grpc::RetryLayer;
    /// # use tower::Layer;
    /// let retried = RetryLayer::from_service_config("{}").unwrap().layer(());
    /// assert_eq!(retried.kept_bytes(), 0);
    /// ```
    #[must_use]
    pub fn kept_bytes(&self) -> usize {
        self.channel.pool.kept()
    }
}

impl<S: fmt::Debug> fmt::Debug for Retry<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

impl<S, B> Service<Request<Body>> for Retry<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<crate::BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<crate::BoxError>,
{
    type Response = Response<Body>;
    type Error = Status;
    type Future = ResponseFuture<S, B>;

    // Not the inner one's: the generated client makes a text of its error.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let layer = &self.layer;
        let given = layer.budget.as_ref();
        let (terms, budget) = self.channel.terms(&layer.rules, &request, given);
        let transparent = request.extensions().get::<NoRetry>().is_none();
        let (parts, body) = request.into_parts();
        let template = Template {
            parts,
            replay: Replay::new(body, Arc::clone(&self.channel.pool)),
            transparent,
            transparently: AtomicU32::new(0),
        };
        let plan = Plan {
            name: terms.name,
            policy: terms.rule.policy,
            budget: Some(budget),
            breaker: layer.breaker.clone(),
            hedging: terms.hedging.clone(),
            ruling: Ruling::default(),
        };
        let plan = plan.ruled(true);
        let calls = GrpcCalls {
            service: self.service.clone(),
            template: Arc::new(template),
            terms,
            labels: layer.labels.clone(),
        };
        ResponseFuture {
            race: Box::pin(Race::new(calls, plan)),
        }
    }
}

/// The answer of a call that is retried: the future of [`Retry`].
///
/// It is public since it appears there; it is awaited.
///
/// ```
/// use http::Request;
/// use retry_tower::grpc::{ResponseFuture, Retry};
/// use tonic::body::Body;
/// use tonic::transport::Channel;
/// use tower::Service;
///
/// fn call(mut channel: Retry<Channel>, request: Request<Body>) -> ResponseFuture<Channel, Body> {
///     channel.call(request)
/// }
/// # let _ = call;
/// ```
pub struct ResponseFuture<S, B>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<crate::BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<crate::BoxError>,
{
    race: BoxedRace<GrpcCalls<S>>,
}

impl<S, B> Future for ResponseFuture<S, B>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<crate::BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<crate::BoxError>,
{
    type Output = Result<Response<Body>, Status>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.race.as_mut().poll(cx);
        polled.map(|outcome| outcome.map(|begun| begun.response))
    }
}
