#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod breaker;
mod budgets;
mod call;
mod engine;
#[cfg(any(feature = "http", feature = "grpc"))]
mod farewell;
#[cfg(feature = "grpc")]
pub mod grpc;
mod hedging;
#[cfg(feature = "http")]
pub mod http;
mod layer;
#[cfg(any(feature = "http", feature = "grpc"))]
mod marks;
mod oneshot;
mod policies;
mod race;
#[cfg(any(feature = "http", feature = "grpc"))]
mod replay;
mod unanswered;
#[cfg(any(feature = "http", feature = "grpc"))]
mod within_request;

pub use budgets::{BudgetPerKey, Budgets, OneBudget};
pub use hedging::Hedging;
pub use layer::{ResponseFuture, Retry, RetryLayer};
#[cfg(any(feature = "http", feature = "grpc"))]
pub use marks::{Idempotent, NoRetry};
pub use policies::{Always, ByRequest, Policies};
#[cfg(any(feature = "http", feature = "grpc"))]
pub use replay::ReplayBody;
pub use unanswered::{By, ByFrom, Convert, Unanswered, Untimed};

/// An error of any type, as tower and hyper have it.
///
/// ```
/// fn boxed(error: std::io::Error) -> retry_tower::BoxError {
///     error.into()
/// }
/// # let _ = boxed;
/// ```
#[cfg(any(feature = "http", feature = "grpc"))]
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
