//! The layer for any service.

use crate::breaker::Breaker;
use crate::budgets::{BudgetPerKey, Budgets, OneBudget};
use crate::call::Plan;
use crate::engine::{self, Judgement, Ruling, by_itself};
use crate::hedging::Hedging;
use crate::oneshot::Oneshot;
use crate::policies::{Always, ByRequest, Policies};
use crate::race::{Outcome, Race, Sending};
use crate::unanswered::{By, ByFrom, Convert, Unanswered, Untimed};
use pin_project_lite::pin_project;
use retry_runtime::gate::Gate;
use retry_runtime::{Attempt, Budget, Elapsed, Policy, Rejected, Transient};
use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// Retries every request that passes: for any [`Service`] that is `Clone`, whose
/// requests are `Clone`, and whose error is [`Transient`].
///
/// Nobody looks at what a request does: whoever builds the stack answers for it that
/// each of them may run twice. For HTTP and gRPC there are layers that look, in the
/// modules `http` and `grpc` behind the features of those names.
///
/// - **Policy**: the one given, or by a function of the request ([`by`](Self::by)).
/// - **Budget**: one for all services that this layer and its clones make,
///   [`Budget::standard`] by default; or another one
///   ([`budget`](Self::budget)), or one for each key ([`budget_per`](Self::budget_per)).
/// - **Readiness**: the layer is always ready. Each attempt awaits the readiness of its
///   own clone of the service, within the attempt's limits; its error is a failed attempt.
/// - **Time-outs** become an error by `From<Elapsed>`, an open breaker by
///   `From<Rejected>`, which boxed errors and `std::io::Error` have; or by
///   [`unanswered`](Self::unanswered).
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::RetryLayer;
/// use std::io;
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> io::Result<()> {
/// static CALLS: AtomicU32 = AtomicU32::new(0);
/// let users = service_fn(async |id: u32| match CALLS.fetch_add(1, Ordering::Relaxed) {
///     0 => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
///     _ => Ok(format!("user {id}")),
/// });
/// let users = ServiceBuilder::new()
///     .layer(RetryLayer::new(Policy::DEFAULT))
///     .service(users);
/// assert_eq!(users.oneshot(7).await?, "user 7");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it wraps a service"]
pub struct RetryLayer<P = Always, B = OneBudget, C = ByFrom> {
    policies: P,
    budgets: B,
    convert: C,
    breaker: Option<Breaker>,
    hedging: Option<Hedging>,
    name: Option<&'static str>,
}

impl RetryLayer {
    /// All requests under one policy.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::RetryLayer;
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT.with_max(2));
    /// # let _ = layer;
    /// ```
    pub fn new(policy: Policy) -> Self {
        RetryLayer::under(Always(policy))
    }
}

impl<F> RetryLayer<ByRequest<F>> {
    /// Each request under a policy of its own: `Policy::DEFAULT.with_max(0)` is for one that
    /// must not run twice.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::RetryLayer;
    ///
    /// #[derive(Clone)]
    /// enum Command {
    ///     Get(u64),
    ///     Append(u64, String),
    /// }
    ///
    /// let layer = RetryLayer::by(|command: &Command| match command {
    ///     Command::Get(_) => Policy::DEFAULT,
    ///     Command::Append(..) => Policy::DEFAULT.with_max(0),
    /// });
    /// # let _ = layer;
    /// ```
    pub fn by<R>(policy: F) -> Self
    where
        F: Fn(&R) -> Policy,
    {
        RetryLayer::under(ByRequest(policy))
    }
}

impl<P> RetryLayer<P> {
    fn under(policies: P) -> Self {
        Self {
            policies,
            budgets: OneBudget(Some(Arc::new(Budget::standard()))),
            convert: ByFrom,
            breaker: None,
            hedging: None,
            name: None,
        }
    }

    /// Neither the policy's `timeout` nor its `deadline` is applied: for an error that
    /// cannot be made of an [`Elapsed`], where the service keeps its own time.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::RetryLayer;
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT).untimed();
    /// # let _ = layer;
    /// ```
    pub fn untimed(self) -> RetryLayer<P, OneBudget, Untimed> {
        RetryLayer {
            convert: Untimed,
            breaker: None,
            policies: self.policies,
            budgets: self.budgets,
            hedging: self.hedging,
            name: self.name,
        }
    }

    /// How an attempt that the layer ended becomes an error of the service's.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::{RetryLayer, Unanswered};
    /// use std::time::Duration;
    ///
    /// let policy = Policy::DEFAULT.with_timeout(Duration::from_secs(1));
    /// let layer = RetryLayer::new(policy).unanswered(|unanswered| match unanswered {
    ///     Unanswered::Elapsed(_) => "too slow",
    ///     _ => "not now",
    /// });
    /// # let _ = layer;
    /// ```
    pub fn unanswered<F, E>(self, convert: F) -> RetryLayer<P, OneBudget, By<F>>
    where
        F: Fn(Unanswered) -> E,
    {
        RetryLayer {
            convert: By(convert),
            policies: self.policies,
            budgets: self.budgets,
            breaker: self.breaker,
            hedging: self.hedging,
            name: self.name,
        }
    }
}

impl<P, B, C> RetryLayer<P, B, C> {
    /// Another budget: one for each server is best.
    ///
    /// ```
    /// use retry_runtime::{Budget, Policy};
    /// use retry_tower::RetryLayer;
    /// use std::sync::Arc;
    ///
    /// let budget = Arc::new(Budget::standard());
    /// let layer = RetryLayer::new(Policy::DEFAULT).budget(Arc::clone(&budget));
    /// # let _ = layer;
    /// ```
    pub fn budget(self, budget: impl Into<Arc<Budget>>) -> RetryLayer<P, OneBudget, C> {
        self.paid_by(OneBudget(Some(budget.into())))
    }

    /// No budget limits the retries, so that every call of an outage makes all of its own.
    /// For services that no number of retries can overload.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).no_budget();
    /// # let _ = layer;
    /// ```
    pub fn no_budget(self) -> RetryLayer<P, OneBudget, C> {
        self.paid_by(OneBudget(None))
    }

    /// A budget for each key of the requests, their host for instance, made by `make`.
    /// There are at most 10,000; the keys beyond share one.
    ///
    /// ```
    /// use retry_runtime::{Budget, Policy};
    /// use retry_tower::RetryLayer;
    ///
    /// #[derive(Clone)]
    /// struct Request {
    ///     host: String,
    /// }
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT)
    ///     .budget_per(|request: &Request| request.host.clone(), Budget::standard);
    /// # let _ = layer;
    /// ```
    pub fn budget_per<R, K, F>(
        self,
        key: F,
        make: impl Fn() -> Budget + Send + Sync + 'static,
    ) -> RetryLayer<P, BudgetPerKey<K, F>, C>
    where
        F: Fn(&R) -> K,
    {
        self.paid_by(BudgetPerKey::new(key, make))
    }

    /// A circuit breaker: each attempt asks it first, and tells it how it ended.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
    /// use retry_tower::RetryLayer;
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

    /// Another attempt beside one that is slow.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use retry_tower::{Hedging, RetryLayer};
    /// use std::time::Duration;
    ///
    /// let layer = RetryLayer::new(Policy::DEFAULT).hedge(Hedging::after(Duration::from_millis(50)));
    /// # let _ = layer;
    /// ```
    pub fn hedge(mut self, hedging: Hedging) -> Self {
        self.hedging = Some(hedging);
        self
    }

    /// What logs and metrics call these requests; the name of their type by default.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use retry_tower::RetryLayer;
    /// let layer = RetryLayer::new(Policy::DEFAULT).name("users");
    /// # let _ = layer;
    /// ```
    pub fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    fn paid_by<To>(self, budgets: To) -> RetryLayer<P, To, C> {
        RetryLayer {
            budgets,
            policies: self.policies,
            convert: self.convert,
            breaker: self.breaker,
            hedging: self.hedging,
            name: self.name,
        }
    }
}

impl<S, P: Clone, B: Clone, C: Clone> Layer<S> for RetryLayer<P, B, C> {
    type Service = Retry<S, P, B, C>;

    fn layer(&self, service: S) -> Self::Service {
        Retry {
            service,
            layer: self.clone(),
        }
    }
}

/// A service whose requests are retried: made by [`RetryLayer`].
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::RetryLayer;
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let echo = service_fn(async |line: String| std::io::Result::Ok(line));
/// let echo = RetryLayer::new(Policy::DEFAULT).layer(echo);
/// assert_eq!(echo.oneshot("hello".to_owned()).await?, "hello");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Retry<S, P = Always, B = OneBudget, C = ByFrom> {
    service: S,
    layer: RetryLayer<P, B, C>,
}

impl<S, R, P, B, C> Service<R> for Retry<S, P, B, C>
where
    S: Service<R> + Clone,
    S::Error: Transient,
    R: Clone,
    P: Policies<R>,
    B: Budgets<R>,
    C: Convert<S::Error> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S, R, C>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> Self::Future {
        let layer = &self.layer;
        let policy = layer.policies.policy(&request);
        let plan = Plan {
            name: layer.name.unwrap_or_else(type_name::<R>),
            policy: if C::TIMED {
                policy
            } else {
                engine::untimed(policy)
            },
            budget: layer.budgets.budget(&request),
            breaker: layer.breaker.clone().filter(|_| C::TIMED),
            hedging: layer.hedging.clone(),
            ruling: Ruling::default(),
        };
        let plan = plan.ruled(C::TIMED);
        let repeated = Repeated {
            service: self.service.clone(),
            request,
            convert: layer.convert.clone(),
        };
        ResponseFuture {
            race: Race::new(repeated, plan),
        }
    }
}

pin_project! {
    /// The response of a request that is retried: the future of [`Retry`].
    ///
    /// It is public since it appears there; it is awaited, and named where a service of
    /// your own keeps it.
    ///
    /// ```
    /// use retry_tower::ResponseFuture;
    ///
    /// fn is_send<S, R, C>(future: ResponseFuture<S, R, C>) -> impl Send
    /// where
    ///     S: tower::Service<R> + Clone + Send,
    ///     S::Error: retry_runtime::Transient + Send,
    ///     S::Future: Send,
    ///     R: Clone + Send,
    ///     C: retry_tower::Convert<S::Error> + Send,
    /// {
    ///     future
    /// }
    /// # let _ = is_send::<tower::util::BoxCloneService<u8, u8, std::io::Error>, u8, retry_tower::ByFrom>;
    /// ```
    pub struct ResponseFuture<S, R, C = ByFrom>
    where
        S: Service<R>,
        S: Clone,
        S::Error: Transient,
        R: Clone,
        C: Convert<S::Error>,
    {
        #[pin]
        race: Race<Repeated<S, R, C>>,
    }
}

impl<S, R, C> Future for ResponseFuture<S, R, C>
where
    S: Service<R> + Clone,
    S::Error: Transient,
    R: Clone,
    C: Convert<S::Error>,
{
    type Output = Result<S::Response, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().race.poll(cx)
    }
}

/// Sends clones of the request to clones of the service.
struct Repeated<S, R, C> {
    service: S,
    request: R,
    convert: C,
}

impl<S, R, C> Sending for Repeated<S, R, C>
where
    S: Service<R> + Clone,
    S::Error: Transient,
    R: Clone,
    C: Convert<S::Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Attempt = Oneshot<S, R, S::Future>;

    fn send(&mut self, _: Attempt) -> Self::Attempt {
        Oneshot::new(self.service.clone(), self.request.clone())
    }

    fn judge(&self, outcome: &Outcome<Self>) -> Option<Judgement> {
        let error = outcome.as_ref().err()?;
        Some(by_itself(error, None))
    }

    fn elapsed(&self, elapsed: Elapsed) -> Option<S::Error> {
        self.convert.convert(Unanswered::Elapsed(elapsed))
    }

    fn rejected(&self, rejected: Rejected) -> Option<S::Error> {
        self.convert.convert(Unanswered::Rejected(rejected))
    }

    fn show(_: Result<&S::Response, &S::Error>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a `{}`", type_name::<S::Error>())
    }
}
