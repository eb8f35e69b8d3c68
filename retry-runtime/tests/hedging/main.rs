//! The driver of hedged calls, written as the attribute writes it.

#![cfg(feature = "tokio")]
#![cfg(not(loom))]

mod budget;
mod cancel;
// The facade `metrics` allocates its labels where a retry happens.
#[cfg(not(feature = "metrics"))]
mod cost;
mod delay;
mod errors;
#[cfg(feature = "macros")]
mod failures;
mod limits;
mod race;
mod shape;
mod support;
mod tail;
#[cfg(feature = "tracing")]
mod told;
