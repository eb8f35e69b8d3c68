//! What retries do to a service that is down: 10,000 clients against one of
//! limited capacity, in virtual time.
//!
//! The clients run the code that `#[retry]` runs: the state machine of a call,
//! its backoff, jitter, budget and layers, on tokio's paused clock and a seeded
//! generator of random numbers. Only the network and the service are a model.
//! Peers run their own code where it can be had (backon), otherwise what their
//! specifications say, see [`peers`].
//!
//! `cargo run --release -p retry-benches --bin outage` prints the tables and
//! draws the plots.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "counts and seconds of a simulation stay far below 2^31"
)]

pub mod cases;
pub mod clock;
pub mod contender;
pub mod defaults;
pub mod fleet;
pub mod layers;
pub mod measures;
pub mod ours;
pub mod peers;
pub mod plot;
pub mod rule;
pub mod scenarios;
pub mod service;
pub mod slow_tail;
pub mod standings;
pub mod table;
