//! A tonic client whose calls are retried, in both ways.
//!
//! **Annotated methods** (`src/client.rs`): each has its policy, the compiler checks by the
//! class of its request that it may run twice, and each retry goes to another node. For a
//! client of many methods, `src/any.rs` has them all in one generic function.
//!
//! **A layer under the generated client** (`src/layered.rs`): no line per method. Which
//! methods are retried, and how, is in a gRPC service config, as for gRPC's clients in other
//! languages; which may run twice is in the proto. Streams are retried too.
//!
//! - `proto/users.proto` says by `idempotency_level` what a method does when it is executed
//!   twice. `build.rs` compiles it without `protoc`, and reads that for both ways by the
//!   crate `retry-tower-build`.
//! - `tests/in_process` and `tests/python.rs` are the proof, against tonic and against
//!   grpcio.

mod any;
mod client;
mod layered;
pub mod scripted;

pub use any::AnyUsers;
pub use client::Users;
pub use layered::{LayeredUsers, layered};

/// The code generated from `proto/users.proto`.
#[allow(missing_docs, clippy::pedantic, reason = "generated")]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/users.v1.rs"));
}
