//! The gRPC layer under tonic's generated client.

mod buffers;
mod cut;
mod hedging;
mod interceptors;
mod limits;
mod rules;
mod stream_tables;
mod streams;
mod support;
mod tables;
mod transport;
mod unary;
