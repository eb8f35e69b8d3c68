//! Which error types the library knows when their own type is erased: the list
//! to which an integration adds its types, one a line.

use crate::elapsed::Elapsed;
use crate::gate::Rejected;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::io;
use std::sync::Arc;

/// A known type whose errors do not all have something to say.
pub(super) trait KnownType: Error {
    /// Its word, or `None` where its source is to be asked.
    fn known(&self) -> Option<Verdict>;
}

/// An error of anyhow or eyre. A context that is put around an error is of a
/// type that has no name, but the error can be asked what it is below them.
#[cfg_attr(
    not(any(feature = "anyhow", feature = "eyre")),
    allow(dead_code, reason = "for reports alone")
)]
pub(super) trait Report {
    /// The outermost error, contexts included.
    fn outermost(&self) -> &(dyn Error + 'static);
    /// The error below the contexts, if this is its type; or one of the contexts.
    fn below_contexts<T: Error + Send + Sync + 'static>(&self) -> Option<&T>;
}

/// What the library says of one error of a chain.
pub(super) enum KnownError {
    Unknown,
    /// Of a known type, which only hands on what its source says.
    HandsOn,
    Said(Verdict),
}

/// Writes `look_up` and `root_of` for a list of types and the method that each is
/// asked by: `verdict`, its [`Transient`], or `known`.
macro_rules! known_types {
    ($($(#[$on:meta])? $type:ty: $ask:ident,)*) => {
        /// What the library says of this error, its sources aside.
        pub(super) fn look_up(error: &(dyn Error + 'static)) -> KnownError {
            $(
                $(#[$on])?
                if let Some(error) = as_a::<$type>(error) {
                    return Option::<Verdict>::from(error.$ask()).map_or(KnownError::HandsOn, KnownError::Said);
                }
            )*
            KnownError::Unknown
        }

        /// The error below the contexts of a report, where it is of a known type.
        #[cfg_attr(
            not(any(feature = "anyhow", feature = "eyre")),
            allow(dead_code, reason = "for reports alone")
        )]
        pub(super) fn root_of(report: &impl Report) -> Option<&(dyn Error + 'static)> {
            $(
                $(#[$on])?
                {
                    if let Some(error) = below_contexts::<$type>(report) {
                        return Some(error);
                    }
                    if let Some(error) = below_contexts::<Box<$type>>(report) {
                        return Some(error);
                    }
                    if let Some(error) = below_contexts::<Arc<$type>>(report) {
                        return Some(error);
                    }
                }
            )*
            None
        }
    };
}

known_types! {
    io::Error: known,
    Elapsed: verdict,
    Rejected: verdict,
    #[cfg(feature = "tokio")] ::tokio::time::error::Elapsed: verdict,
    #[cfg(feature = "reqwest")] ::reqwest::Error: verdict,
    #[cfg(feature = "reqwest")] super::reqwest::check::StatusError: verdict,
    #[cfg(feature = "reqwest")] super::reqwest::error::Error: verdict,
    #[cfg(feature = "hyper")] ::hyper::Error: known,
    #[cfg(feature = "hyper")] ::h2::Error: known,
    #[cfg(feature = "tonic")] ::tonic::Status: verdict,
    #[cfg(feature = "tonic")] ::tonic::ConnectError: known,
    #[cfg(feature = "tonic")] ::tonic::TimeoutExpired: known,
    #[cfg(feature = "reqwest-0-12")] ::reqwest_0_12::Error: verdict,
    #[cfg(feature = "tonic-0-13")] ::tonic_0_13::Status: verdict,
    #[cfg(feature = "tonic-0-13")] ::tonic_0_13::ConnectError: known,
    #[cfg(feature = "tonic-0-13")] ::tonic_0_13::TimeoutExpired: known,
    #[cfg(feature = "tower")] ::tower::timeout::error::Elapsed: verdict,
    #[cfg(feature = "tower")] ::tower::load_shed::error::Overloaded: verdict,
    #[cfg(feature = "hyper-util")] ::hyper_util::client::legacy::Error: known,
    #[cfg(feature = "redis")] ::redis::RedisError: verdict,
    #[cfg(feature = "sqlx")] ::sqlx_core::Error: known,
    #[cfg(feature = "tokio-postgres")] ::tokio_postgres::Error: known,
    #[cfg(feature = "object_store")] ::object_store::Error: known,
    #[cfg(feature = "object_store")] ::object_store::client::HttpError: known,
    #[cfg(feature = "ureq")] ::ureq::Error: verdict,
    #[cfg(feature = "async-nats")] ::async_nats::RequestError: known,
    #[cfg(feature = "async-nats")] ::async_nats::ConnectError: verdict,
    #[cfg(feature = "async-nats")] ::async_nats::PublishError: verdict,
    #[cfg(feature = "async-nats")] ::async_nats::SubscribeError: verdict,
    #[cfg(feature = "async-nats")] ::async_nats::client::FlushError: verdict,
    #[cfg(feature = "async-nats")] ::async_nats::jetstream::context::PublishError: verdict,
    #[cfg(feature = "mongodb")] ::mongodb::error::Error: verdict,
    #[cfg(feature = "kube")] ::kube_client::Error: known,
    #[cfg(feature = "kube")] ::kube_client::core::Status: verdict,
    #[cfg(feature = "aws")] ::aws_smithy_runtime_api::client::result::ConnectorError: known,
    #[cfg(feature = "aws")] ::aws_smithy_types::error::ErrorMetadata: known,
}

/// The error as one of this type, behind a pointer too: a large one is kept in a
/// `Box`, one that has to be cloned in an `Arc`.
pub(super) fn as_a<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    error
        .downcast_ref::<T>()
        .or_else(|| error.downcast_ref::<Box<T>>().map(|error| &**error))
        .or_else(|| error.downcast_ref::<Arc<T>>().map(|error| &**error))
}

/// An error and what it is made of, outermost first.
pub(super) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| inner(*error))
}

/// The next error of the chain. What shares or wraps another hands out the source
/// of that one, which would skip the error itself.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(shared) = error.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        return Some(&**shared);
    }
    match as_a::<io::Error>(error).and_then(io::Error::get_ref) {
        Some(inside) => Some(inside),
        None => error.source(),
    }
}

/// Whether an error only hands on what is inside, as far as the library knows its
/// type: whether a proof that is found below it still holds.
pub(super) fn is_known(error: &(dyn Error + 'static)) -> bool {
    !matches!(look_up(error), KnownError::Unknown)
        || error.is::<Arc<dyn Error + Send + Sync>>()
        || is_told_by_debug(error)
}

/// Types that have no name here: tonic's own needs a feature of tonic, hyper-util's
/// stands below reqwest's. They are told by how they print, in tonic 0.14 and
/// hyper-util 0.1. One that prints otherwise is unknown, which loses a proof and
/// no more.
const TOLD_BY_DEBUG: &[&str] = &[
    #[cfg(feature = "tonic")]
    "tonic::transport::Error(",
    #[cfg(feature = "hyper")]
    "hyper_util::client::legacy::Error(",
    // Of its connector.
    #[cfg(feature = "hyper")]
    "ConnectError(\"tcp connect error\"",
];

fn is_told_by_debug(error: &dyn Error) -> bool {
    let mut start = Start(String::new());
    !TOLD_BY_DEBUG.is_empty()
        && write!(start, "{error:?}").is_ok()
        && TOLD_BY_DEBUG.iter().any(|name| start.0.starts_with(name))
}

/// Keeps the first characters of what is written.
struct Start(String);

impl fmt::Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const LONGEST_NAME: usize = 40;
        let room = LONGEST_NAME.saturating_sub(self.0.len());
        self.0.extend(text.chars().take(room));
        Ok(())
    }
}

/// The error of type `T` below a report's contexts. It is one of the chain, which
/// a context is not, even one of the same type.
fn below_contexts<T: Error + Send + Sync + 'static>(
    report: &impl Report,
) -> Option<&(dyn Error + 'static)> {
    let found = report.below_contexts::<T>()?;
    chain(report.outermost())
        .filter_map(|error| error.downcast_ref::<T>())
        .any(|error| std::ptr::eq(error, found))
        .then_some(found as _)
}
