//! The layer for any service, on tokio's paused clock.

mod attempts;
mod beside;
mod hedging;
mod shared;
mod support;
