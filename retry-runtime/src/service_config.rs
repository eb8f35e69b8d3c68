//! Policies from a gRPC service config: the JSON in which gRPC's clients in
//! other languages are told how to retry (gRPC A6; names as in gRPC A2).
//!
//! ```
//! use retry_runtime::service_config::ServiceConfig;
//!
//! let config: ServiceConfig = r#"{
//!     "methodConfig": [{
//!         "name": [{ "service": "users.v1.Users", "method": "Get" }],
//!         "timeout": "5s",
//!         "retryPolicy": {
//!             "maxAttempts": 4,
//!             "initialBackoff": "0.1s",
//!             "maxBackoff": "1s",
//!             "backoffMultiplier": 2,
//!             "retryableStatusCodes": ["UNAVAILABLE"]
//!         }
//!     }],
//!     "retryThrottling": { "maxTokens": 100, "tokenRatio": 0.1 }
//! }"#
//! .parse()?;
//!
//! let get = config.method("users.v1.Users", "Get").unwrap();
//! assert_eq!(
//!     get.policy().to_string(),
//!     "max = 3, backoff = exp(100ms, 2, 1s), jitter = 0.2, deadline = 5s"
//! );
//! # Ok::<(), retry_runtime::service_config::InvalidServiceConfig>(())
//! ```
//!
//! A client keeps the parts of it and names them in the attribute; `on` and
//! `grpc` are there with the feature `tonic`:
//!
#![cfg_attr(feature = "tonic", doc = "```")]
#![cfg_attr(not(feature = "tonic"), doc = "```text")]
//! use retry_runtime::service_config::{InvalidServiceConfig, MethodConfig, ServiceConfig};
//! use retry_runtime::{Budget, grpc, retry};
//! use tonic::{Request, Status};
//!
//! struct Users {
//!     get: MethodConfig,
//!     budget: Budget,
//!     // rpc: UsersClient<Channel>,
//! }
//!
//! impl Users {
//!     fn new(config: &str) -> Result<Self, InvalidServiceConfig> {
//!         let config: ServiceConfig = config.parse()?;
//!         Ok(Self {
//!             get: config.method("users.v1.Users", "Get").copied().unwrap_or_default(),
//!             budget: config.budget().unwrap_or_default(),
//!         })
//!     }
//!
//!     #[retry(policy = self.get.policy(), on = self.get.on(), budget = &self.budget, attempt = at)]
//!     async fn get(&self, id: u64) -> Result<u64, Status> {
//!         let mut request = Request::new(id);
//!         grpc::annotate_request(&mut request, at);
//!         // self.rpc.clone().get(request).await
//!         Ok(request.into_inner())
//!     }
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() { assert_eq!(Users::new("{}").unwrap().get(7).await.unwrap(), 7); }
//! ```
//!
//! # What becomes of each field
//!
//! | in the service config | here |
//! | --- | --- |
//! | `maxAttempts` | [`max`](Policy::max) = `maxAttempts` - 1: attempts there, retries here. gRPC's clients take anything above 5 for 5; here it is what it says |
//! | `initialBackoff`, `backoffMultiplier`, `maxBackoff` | `exp(initialBackoff, backoffMultiplier, maxBackoff)`. A multiplier below 1, which gRPC admits, is refused: a wait that shrinks is no backoff |
//! | jitter, not in the JSON: 0.8 to 1.2 times the delay | `jitter = 0.2`: 0.8 to 1 times the delay. What is written is the ceiling here, so no wait is above `maxBackoff`, and the mean is a tenth lower |
//! | `retryableStatusCodes`, `nonFatalStatusCodes` | [`MethodConfig::on`] |
//! | `timeout` | [`deadline`](Policy::deadline): both are for the whole call. A `deadline` of the attribute's, or one set on the policy, holds where it is smaller; `deadline = none` takes the timeout away |
//! | `hedgingPolicy` | [`MethodConfig::hedge`] |
//! | `retryThrottling` | [`ServiceConfig::budget`] |
//!
//! Names are read in any case and with underscores: `retryPolicy`, `RetryPolicy` and
//! `retry_policy` are one. One that is almost right, `retryThrotling`, is refused; what
//! else is unknown is passed over, as gRPC A6 says.
//!
//! Refused here, and ignored by gRPC's clients: an entry of `methodConfig` that has no
//! `name`, since it is for no method. `{}` is the name for all.
//!
//! The push-back of a server is kept to, up to 30 s
//! ([`longest_pushback`](Policy::longest_pushback)). A method whose config has
//! neither policy is not retried. Other fields, `loadBalancingConfig` for
//! instance, are no business of retries and are passed over.

mod invalid;
mod read;

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

pub use self::invalid::InvalidServiceConfig;
use crate::budget::Budget;
use crate::policy::Policy;
#[cfg(feature = "tonic")]
use crate::verdict::Verdict;

/// What a gRPC service config says about retries. Parse it from its JSON.
///
/// ```
/// use retry_runtime::service_config::ServiceConfig;
///
/// let error = r#"{ "methodConfig": [{ "name": [{}], "retryPolicy": { "maxAttempts": 1 } }] }"#
///     .parse::<ServiceConfig>()
///     .unwrap_err();
/// assert_eq!(error.field(), "methodConfig[0].retryPolicy.maxAttempts");
/// assert_eq!(
///     error.to_string(),
///     "methodConfig[0].retryPolicy.maxAttempts: 1 leaves nothing to retry: write 2 or more, or leave the policy out"
/// );
/// ```
#[derive(Clone, Debug, Default)]
pub struct ServiceConfig {
    /// By `service/method`, `service/` and, for all, `/`.
    methods: HashMap<String, MethodConfig>,
    throttling: Option<Throttling>,
}

/// `retryThrottling`.
#[derive(Clone, Copy, Debug)]
struct Throttling {
    max_tokens: u32,
    token_ratio: f64,
}

impl ServiceConfig {
    /// The config of a method: its own, else that of its service, else the
    /// default for all, whose name is `{}`. `None` where there is none of these.
    ///
    /// ```
    /// use retry_runtime::service_config::ServiceConfig;
    ///
    /// let config: ServiceConfig = r#"{ "methodConfig": [
    ///     { "name": [{}], "timeout": "1s" },
    ///     { "name": [{ "service": "users.v1.Users" }], "timeout": "2s" }
    /// ] }"#.parse()?;
    /// let timeout = |service| config.method(service, "Get").unwrap().policy().to_string();
    /// assert!(timeout("users.v1.Users").ends_with("deadline = 2s"));
    /// assert!(timeout("orders.v1.Orders").ends_with("deadline = 1s"));
    /// # Ok::<(), retry_runtime::service_config::InvalidServiceConfig>(())
    /// ```
    #[must_use]
    pub fn method(&self, service: &str, method: &str) -> Option<&MethodConfig> {
        let find = |service, method| self.methods.get(&key(service, method));
        find(service, method)
            .or_else(|| find(service, ""))
            .or_else(|| find("", ""))
    }

    /// Every config by its name: `service/method`, `service/` or `/`.
    #[cfg(feature = "tokio")]
    pub(crate) fn methods(&self) -> impl Iterator<Item = (&str, &MethodConfig)> {
        let methods = self.methods.iter();
        methods.map(|(name, config)| (name.as_str(), config))
    }

    /// A new budget that throttles as `retryThrottling` says; `None` where the config
    /// has none, which in gRPC means no throttle: [`Budget::standard`] is the safer
    /// choice. Keep one for each host.
    ///
    /// The arithmetic is that of gRPC A6, not a budget's own. It starts with `maxTokens`
    /// tokens and never has more. An attempt takes one that fails with a status worth a
    /// retry or with "do not retry", a success earns `tokenRatio`, and retries, which
    /// themselves take nothing, are made while more than half of `maxTokens` is there.
    /// Of `tokenRatio` three decimals count, as A6 has it, and at least 0.001.
    ///
    /// [`Budget::level`] is what lies above half. [`reserve`](Budget::reserve),
    /// [`per_second`](Budget::per_second) and [`window`](Budget::window) change nothing.
    ///
    /// ```
    /// use retry_runtime::Verdict;
    /// use retry_runtime::service_config::ServiceConfig;
    ///
    /// let config: ServiceConfig =
    ///     r#"{ "retryThrottling": { "maxTokens": 10, "tokenRatio": 0.1 } }"#.parse()?;
    /// let budget = config.budget().unwrap();
    /// for _ in 0..4 {
    ///     budget.record_failure(Verdict::transient());
    ///     assert!(budget.try_retry(3));
    /// }
    /// // Five of ten are left.
    /// budget.record_failure(Verdict::transient());
    /// assert!(!budget.try_retry(3));
    /// # Ok::<(), retry_runtime::service_config::InvalidServiceConfig>(())
    /// ```
    #[must_use]
    pub fn budget(&self) -> Option<Budget> {
        let throttling = self.throttling?;
        // A6 allows 1 to 1000.
        let max_tokens = u16::try_from(throttling.max_tokens).unwrap_or(u16::MAX);
        Some(Budget::throttle(max_tokens, throttling.earned()))
    }
}

impl Throttling {
    /// `tokenRatio` in thousandths.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` keeps to the bounds of the type, and A6 leaves out what is finer"
    )]
    fn earned(self) -> u32 {
        // 1.001 · 1000 is 1000.999…: without the little that is added, 1.000 would
        // be read.
        ((self.token_ratio * 1000.0 + 1e-6) as u32).max(1)
    }
}

/// Reads the JSON. What is wrong with it is told by
/// [`InvalidServiceConfig`]; fields that are unknown are passed over, misspelt ones
/// refused.
impl FromStr for ServiceConfig {
    type Err = InvalidServiceConfig;

    fn from_str(json: &str) -> Result<Self, InvalidServiceConfig> {
        read::service_config(json)
    }
}

/// The place of a name in the map.
fn key(service: &str, method: &str) -> String {
    format!("{service}/{method}")
}

/// What a service config says about one method, made by [`ServiceConfig::method`].
///
/// The default is that of a method which no config names: it is not retried.
///
/// ```
/// use retry_runtime::service_config::MethodConfig;
///
/// assert!(MethodConfig::default().policy().to_string().starts_with("max = 0"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MethodConfig {
    policy: Policy,
    /// The bit 2^c stands for the code c.
    codes: u32,
    hedge: Option<Duration>,
}

impl MethodConfig {
    const UNRETRIED: Self = Self {
        policy: Policy::DEFAULT.with_max(0),
        codes: 0,
        hedge: None,
    };

    /// How often, how fast and for how long the method is retried: for the
    /// attribute's `policy`, whose other keys override it; of two deadlines the smaller
    /// holds.
    ///
    /// Under a `hedgingPolicy` there is no backoff: as in gRPC, a failure that
    /// is not fatal starts the next attempt at once.
    ///
    /// ```
    /// use retry_runtime::service_config::ServiceConfig;
    ///
    /// let config: ServiceConfig =
    ///     r#"{ "methodConfig": [{ "name": [{}], "timeout": "1.5s" }] }"#.parse()?;
    /// let policy = config.method("users.v1.Users", "Get").unwrap().policy();
    /// assert!(policy.to_string().ends_with("deadline = 1.5s"));
    /// # Ok::<(), retry_runtime::service_config::InvalidServiceConfig>(())
    /// ```
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether the status code of this number is one of `retryableStatusCodes`
    /// or `nonFatalStatusCodes`.
    ///
    /// ```
    /// use retry_runtime::service_config::MethodConfig;
    ///
    /// assert!(!MethodConfig::default().is_retried(14));
    /// ```
    #[must_use]
    pub const fn is_retried(&self, code: i32) -> bool {
        0 <= code && code <= 16 && self.codes >> code & 1 == 1
    }

    /// A predicate for the attribute's `on`: the method's status codes, judged
    /// as [`grpc::retry_on_codes`](crate::grpc::retry_on_codes) judges them,
    /// push-back included.
    ///
    /// ```
    /// use retry_runtime::Verdict;
    /// use retry_runtime::service_config::ServiceConfig;
    /// use tonic::Status;
    ///
    /// let config: ServiceConfig = r#"{ "methodConfig": [{ "name": [{}], "retryPolicy": {
    ///     "maxAttempts": 2, "initialBackoff": "0.1s", "maxBackoff": "1s",
    ///     "backoffMultiplier": 1.5, "retryableStatusCodes": ["ABORTED"]
    /// } }] }"#.parse()?;
    /// let on = config.method("users.v1.Users", "Get").unwrap().on();
    /// assert_eq!(on(&Status::aborted("")), Verdict::transient());
    /// // It is not listed, so it is not retried; a circuit breaker hears of a failure.
    /// assert!(!on(&Status::unavailable("")).is_retryable());
    /// assert!(on(&Status::unavailable("")).is_against_service());
    /// # Ok::<(), retry_runtime::service_config::InvalidServiceConfig>(())
    /// ```
    #[cfg(feature = "tonic")]
    pub fn on(&self) -> impl Fn(&tonic::Status) -> Verdict + Copy + use<> {
        let config = *self;
        move |status| {
            crate::integrations::tonic::judge(status, |code, _| config.is_retried(code.into()))
        }
    }

    /// `hedgingDelay`, where the method has a `hedgingPolicy`: for the
    /// attribute's `hedge`, as in `hedge(self.get.hedge(), 3)`. `maxAttempts`
    /// is in the policy and bounds all calls together.
    ///
    /// As in gRPC, a failure whose code is not among the `nonFatalStatusCodes` ends the
    /// call at once, whatever is pending.
    ///
    /// ```
    /// use retry_runtime::service_config::ServiceConfig;
    /// use std::time::Duration;
    ///
    /// let config: ServiceConfig = r#"{ "methodConfig": [{ "name": [{}], "hedgingPolicy": {
    ///     "maxAttempts": 3, "hedgingDelay": "0.05s", "nonFatalStatusCodes": ["UNAVAILABLE"]
    /// } }] }"#.parse()?;
    /// let get = config.method("users.v1.Users", "Get").unwrap();
    /// assert_eq!(get.hedge(), Some(Duration::from_millis(50)));
    /// # Ok::<(), retry_runtime::service_config::InvalidServiceConfig>(())
    /// ```
    #[must_use]
    pub const fn hedge(&self) -> Option<Duration> {
        self.hedge
    }
}

impl Default for MethodConfig {
    fn default() -> Self {
        Self::UNRETRIED
    }
}

#[cfg(test)]
mod tests;
