#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod attempt;
mod attempts;
mod budget;
mod call;
pub mod class;
mod clock;
mod conversion;
mod cut;
mod derived;
mod elapsed;
mod ended;
mod fresh;
pub mod gate;
mod given;
#[cfg(feature = "tonic")]
pub mod grpc;
pub mod guide;
mod hedge_delay;
mod hedging;
mod idempotency_key;
mod inlined;
mod integrations;
mod layers;
mod non_idempotent;
mod observe;
mod operand;
mod operation;
mod outcome;
mod paid;
mod parameter;
mod pause;
mod policy;
mod predicate;
mod run;
#[cfg(feature = "service-config")]
pub mod service_config;
mod sleep;
mod spans;
mod transient;
mod verdict;

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "tokio")]
#[doc(hidden)]
#[path = "tower_support.rs"]
pub mod __tower;

pub use attempt::Attempt;
pub use budget::Budget;
pub use elapsed::Elapsed;
pub use ended::Ended;
pub use gate::{Gate, Rejected};
pub use hedge_delay::HedgeDelay;
pub use idempotency_key::IdempotencyKey;
#[cfg(feature = "http")]
#[doc(inline)]
pub use integrations::http;
#[cfg(feature = "reqwest")]
#[doc(inline)]
pub use integrations::reqwest;
pub use non_idempotent::NonIdempotent;
pub use operation::{Idempotent, IdempotentByKey, Operation};
pub use policy::Policy;
pub use retry_words::{Backoff, InvalidPolicy, Jitter};
pub use run::Run;
pub use transient::Transient;
pub use verdict::Verdict;

#[cfg(feature = "macros")]
pub use retry_macros::{Operation, Transient, idempotent, non_idempotent, retry, retry_unsent};
