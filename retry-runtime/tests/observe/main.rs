//! What a subscriber of `tracing` and a recorder of `metrics` see of a call.

#![cfg(all(feature = "tracing", feature = "metrics", feature = "macros"))]

mod bad_observers;
mod cost;
mod drivers;
mod errors;
mod events;
mod metrics;
mod names;
mod ran_twice;
mod repeated;
mod spans;
mod support;
