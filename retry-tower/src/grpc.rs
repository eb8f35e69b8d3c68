//! Retries under tonic's generated clients, as gRPC's clients in other languages make them by
//! themselves (gRPC A6). Behind the feature `grpc`.
//!
//! ```
//! use retry_tower::grpc::{Idempotency, Method, RetryLayer};
//! use tonic::transport::Channel;
//! use tower::ServiceBuilder;
//! # use retry_tower::grpc::Retry;
//! # struct UsersClient;
//! # impl UsersClient { fn new(_: Retry<Channel>) -> Self { Self } }
//!
//! // As retry-tower-build writes it.
//! const METHODS: &[Method] = &[
//!     Method::new("users.v1.Users/Get", Idempotency::Safe),
//!     Method::new("users.v1.Users/Create", Idempotency::Undeclared),
//! ];
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = r#"{
//!     "methodConfig": [{
//!         "name": [{ "service": "users.v1.Users" }],
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
//! }"#;
//! let layer = RetryLayer::from_service_config(config)?.methods(METHODS);
//!
//! let channel = Channel::from_static("http://users.internal:4000").connect_lazy();
//! let users = UsersClient::new(ServiceBuilder::new().layer(layer).service(channel));
//! # let _ = users;
//! # Ok(()) }
//! ```
//!
//! # Which methods are retried
//!
//! | the service config | the proto | retried | hedged |
//! | --- | --- | --- | --- |
//! | names the method | whatever | by its policy: an exact name is the operator's word | by its policy |
//! | names it by a wildcard, `{}` or `{"service": ..}` | has `idempotency_level` | by its policy | by its policy |
//! | the same | has none | only what was proven unexecuted, as often and as fast as the policy says | never |
//! | has no policy for it | whatever | not; see transparent retries | never |
//!
//! What the protos say comes by [`RetryLayer::methods`]; without it nothing is declared.
//! [`RetryLayer::trust_wildcards`] gives gRPC's own behaviour, where a wildcard is everybody's
//! word. The extension [`Idempotent`](crate::Idempotent) declares a single request, and
//! [`NoRetry`](crate::NoRetry) takes it out. With the feature `tracing` each wrapped service
//! says once, at INFO, which methods are covered by what.
//!
//! What becomes of each field of the config, and where that differs from gRPC, is listed at
//! [`retry_runtime::service_config`]. Without `retryThrottling` there is a
//! [`Budget::standard`](retry_runtime::Budget::standard); each [`layer`](tower_layer::Layer::layer)
//! call makes one, which the clones of its service share.
//!
//! # What an attempt is
//!
//! - **Messages** are kept while they are sent, and replayed, those of streams too, up to 1 MiB a
//!   call and 16 MiB a wrapped service ([`call_buffer`](RetryLayer::call_buffer),
//!   [`channel_buffer`](RetryLayer::channel_buffer)). Past that the call goes on with the attempt
//!   that is furthest ahead, and is not retried any more.
//! - **The headers of a gRPC answer commit the call**: HTTP 200 with a content-type of
//!   `application/grpc`. From there on the messages are let go, and nothing is retried. Any other
//!   answer, a proxy's 503 page for instance, and a status in the headers are a failed attempt,
//!   with the code of gRPC's http-grpc-status-mapping; headers that are all of the answer, and
//!   have no status, are `UNKNOWN`.
//! - **Success, and time, end at the trailers**: budget, breaker and log hear their status. The
//!   deadline is the smaller of the config's `timeout` and the caller's `grpc-timeout`; each
//!   attempt's `grpc-timeout` is what is left of it.
//! - **`Endpoint::timeout` is of each attempt.** What it cuts is `DEADLINE_EXCEEDED`, and a failed
//!   attempt. It resets an upload with CANCEL, which tonic's servers take for its end: leave the
//!   time of uploads to the config, or to the caller.
//! - **An attempt that is given up while its messages are unfinished** (the loser of a hedge, a
//!   time-out, a call that is dropped) ends in an error of its body, which resets the stream with
//!   `INTERNAL_ERROR`, and lives until then: its server sees an error, and not fewer messages.
//! - **A transparent retry**, at most one a call, at once, and no attempt: of a request that was
//!   handed back unsent, or refused by GOAWAY or `REFUSED_STREAM`. A connection that could not be
//!   opened is a failed attempt, `UNAVAILABLE`.
//! - Each attempt tells the server by `grpc-previous-rpc-attempts` how many went before, and the
//!   answer tells the client. Interceptors inside the layer run for each attempt and find the
//!   [`Attempt`](retry_runtime::Attempt) in the extensions, so that they can refresh a token on a
//!   retry; those outside run once.

mod answer;
mod attempt;
mod calls;
mod channel;
mod layer;
mod methods;
mod metrics;
mod names;
mod rules;
mod status;
mod timeout;

pub use layer::{ResponseFuture, Retry, RetryLayer};
pub use methods::{Idempotency, Method};
