#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod attempt;
mod budget;
#[cfg(feature = "central")]
pub mod central;
pub mod checks;
mod elapsed;
mod end;
mod ended;
mod engine;
mod failure;
pub mod gate;
pub mod guide;
mod hedge;
mod idempotency_key;
mod integrations;
mod observe;
mod policy;
mod run;
mod sealed;
mod seams;
#[cfg(feature = "service-config")]
pub mod service_config;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
mod time;
mod transient;
mod verdict;

#[doc(hidden)]
pub mod macro_support;
#[doc(hidden)]
pub use macro_support as __private;
// What the attributes of this very version look for: with those of another one, this name
// is missing, and nothing else is. `retry-macros` makes it out of its own version.
#[doc(hidden)]
pub use macro_support as __private_0_1_0;
#[cfg(feature = "tokio")]
#[doc(hidden)]
#[path = "tower_support.rs"]
pub mod __tower;

pub use attempt::Attempt;
pub use budget::Budget;
pub use elapsed::Elapsed;
pub use end::End;
pub use ended::Ended;
pub use failure::Failure;
pub use gate::{Gate, Rejected};
pub use hedge::adaptive_delay::HedgeDelay;
pub use idempotency_key::{IdempotencyKey, InvalidKey};
pub use integrations::classify::classify;
#[cfg(feature = "tonic")]
#[doc(inline)]
pub use integrations::grpc;
#[cfg(feature = "http")]
#[doc(inline)]
pub use integrations::http;
#[cfg(feature = "reqwest")]
#[doc(inline)]
pub use integrations::reqwest;
#[cfg(feature = "metrics")]
#[doc(inline)]
pub use observe::metrics;
pub use policy::Policy;
pub use retry_idempotency::traits::Operation;
pub use retry_idempotency::{
    AssumedIdempotent, Idempotent, IdempotentByKey, NonIdempotent, assume_idempotent, class,
};
pub use retry_words::{Backoff, InvalidPolicy, Jitter};
pub use run::{Delays, Run, RunAsync, RunBlocking};
pub use transient::Transient;
pub use verdict::Verdict;

#[cfg(feature = "macros")]
pub use retry_macros::{Operation, Transient, idempotent, non_idempotent, retry, retry_unsent};
