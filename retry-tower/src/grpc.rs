//! Retries under tonic's generated clients, by gRPC A6. Behind the feature `grpc`.

mod answer;
mod attempt;
mod calls;
mod layer;
mod methods;
mod metrics;
mod names;
mod rules;
mod status;

pub use layer::{ResponseFuture, Retry, RetryLayer};
pub use methods::{Idempotency, Method};
