//! A tonic client whose methods are retried.
//!
//! - `src/client.rs` is the client. Each attempt tells the server its number and
//!   how long it is waited for, and each retry goes to another node.
//! - `proto/users.proto` says by `idempotency_level` what a method does when it
//!   is executed twice.
//! - `build.rs` compiles it without `protoc`, and `build/operations.rs` makes
//!   operations of the request types, so that the compiler checks what is
//!   retried. Copy both.
//! - `tests/in_process` and `tests/python.rs` are the proof, against tonic and
//!   against grpcio.

mod client;
pub mod scripted;

pub use client::Users;

/// The code generated from `proto/users.proto`.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/users.v1.rs"));
}
