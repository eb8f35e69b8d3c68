//! The layer for HTTP, over real clients and real sockets.
#![cfg(feature = "http")]

mod commitment;
mod hyper;
#[cfg(feature = "reqwest-middleware")]
mod reqwest;
mod server;
