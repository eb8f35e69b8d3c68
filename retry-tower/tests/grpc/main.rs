//! The layer for gRPC, over a service that answers by a script: no socket, and no generated
//! client. Those over both are in the workspace's `tests/grpc`.
#![cfg(feature = "grpc")]

mod answers;
mod attempts;
mod hedging;
mod limits;
#[path = "../open_breaker/mod.rs"]
mod open_breaker;
mod rules;
mod support;
