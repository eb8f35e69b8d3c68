//! What the library knows about the errors of other crates: one crate, or one
//! subject, a file.

#[cfg(feature = "anyhow")]
mod anyhow;
#[cfg(feature = "tonic")]
pub mod grpc;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "reqwest")]
mod hyper;
#[cfg(feature = "reqwest")]
pub mod reqwest;
#[cfg(feature = "http")]
mod retry_after;
mod source_chain;
#[cfg(feature = "tonic")]
pub(crate) mod tonic;

pub(crate) use source_chain::judge;
