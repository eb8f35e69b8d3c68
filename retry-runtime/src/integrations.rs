//! What the library knows about the errors of other crates: one crate, or one
//! subject, a file.
//!
//! A crate is added by a file that says what its errors are, by [`Transient`] or by
//! `KnownType`, and a line for each of its types in `known.rs`, by which they are found
//! behind `dyn Error`.
//!
//! [`Transient`]: crate::Transient

#[cfg(feature = "anyhow")]
mod anyhow;
#[cfg(feature = "async-nats")]
mod async_nats;
#[cfg(feature = "aws")]
mod aws;
pub(crate) mod classify;
#[cfg(feature = "eyre")]
mod eyre;
#[cfg(feature = "tonic")]
pub mod grpc;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "hyper-util")]
mod hyper_util;
mod io;
mod known;
#[cfg(feature = "kube")]
mod kube;
#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "object_store")]
mod object_store;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "reqwest")]
pub mod reqwest;
#[cfg(feature = "reqwest-0-12")]
mod reqwest_0_12;
#[cfg(any(feature = "reqwest", feature = "reqwest-0-12"))]
mod reqwest_versions;
#[cfg(feature = "http")]
mod retry_after;
#[cfg(any(feature = "sqlx", feature = "tokio-postgres"))]
mod sqlstate;
#[cfg(feature = "sqlx")]
mod sqlx;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "tokio-postgres")]
mod tokio_postgres;
#[cfg(feature = "tonic")]
pub(crate) mod tonic;
#[cfg(feature = "tonic-0-13")]
mod tonic_0_13;
#[cfg(feature = "tower")]
mod tower;
#[cfg(feature = "ureq")]
mod ureq;
