//! Callers whose own code goes wrong, in each of the layers: whatever of it panics, at any
//! time, comes through, and leaves no value, no retry that is paid for, no admission and no
//! mark of a retry behind; calls are dropped and forgotten after each poll; figures are at
//! their extremes. And their code may use the layer itself.

mod any;
#[cfg(feature = "grpc")]
mod grpc;
#[cfg(feature = "http")]
mod http;
#[cfg(any(feature = "grpc", feature = "http"))]
mod messages;
#[cfg_attr(
    not(any(feature = "grpc", feature = "http")),
    allow(
        dead_code,
        reason = "requests of other kinds have no body and no clock"
    )
)]
mod support;
