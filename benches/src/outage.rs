//! The outage simulation of `retry-lab`, with what the default budget is chosen by: three
//! layers, budgets by other rules, hedging, and the tables and plots of RESULTS.md.
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

pub mod defaults;
pub mod entries;
pub mod kind;
pub mod layers;
pub mod rule;
pub mod slow_tail;
pub mod standings;
pub mod table;
