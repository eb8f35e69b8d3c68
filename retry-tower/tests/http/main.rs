//! The layer for HTTP, over real clients and real sockets.
#![cfg(feature = "http")]

mod commitment;
#[cfg(feature = "reqwest")]
mod failed_responses;
mod hyper;
#[cfg(feature = "reqwest-middleware")]
#[path = "../open_breaker/mod.rs"]
mod open_breaker;
#[cfg(feature = "reqwest-middleware")]
mod requests;
#[cfg(feature = "reqwest-middleware")]
mod reqwest;
mod server;
