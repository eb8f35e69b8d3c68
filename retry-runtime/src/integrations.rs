//! What the library knows about the errors of other crates: one crate, or one
//! subject, a file.
//!
//! A crate is added by a file that says what its errors are, by [`Transient`] or by
//! `Known`, and a line for each of its types in `known.rs`, by which they are found
//! behind `dyn Error`.
//!
//! [`Transient`]: crate::Transient

#[cfg(feature = "anyhow")]
mod anyhow;
pub(crate) mod classify;
#[cfg(feature = "tonic")]
pub mod grpc;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "hyper")]
mod hyper;
mod io;
mod known;
#[cfg(feature = "reqwest")]
pub mod reqwest;
#[cfg(feature = "http")]
mod retry_after;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "tonic")]
pub(crate) mod tonic;
