#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod breaker;
mod budgets;
mod engine;
mod hedging;
mod layer;
mod oneshot;
mod policies;
mod race;
mod unanswered;

pub use budgets::{BudgetPerKey, Budgets, OneBudget};
pub use hedging::Hedging;
pub use layer::{ResponseFuture, Retry, RetryLayer};
pub use policies::{Always, ByRequest, Policies};
pub use unanswered::{By, ByFrom, Convert, Unanswered, Untimed};
