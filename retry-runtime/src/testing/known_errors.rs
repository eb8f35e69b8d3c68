//! The error types of others that a test can make an attempt end in.

use crate::elapsed::Elapsed;
use crate::gate::Rejected;
use crate::macro_support::inject::Inject;
use crate::verdict::Verdict;
use std::error::Error;
use std::sync::Arc;

macro_rules! known {
    ($($(#[$on:meta])? $type:ty,)*) => {$(
        $(#[$on])?
        #[diagnostic::do_not_recommend]
        impl Inject for $type {}
    )*};
}

// The list of `integrations/known.rs`, and what holds any error.
known! {
    std::io::Error,
    Elapsed,
    Rejected,
    Verdict,
    String,
    std::fmt::Error,
    Box<dyn Error>,
    Box<dyn Error + Send>,
    Box<dyn Error + Send + Sync>,
    Arc<dyn Error>,
    Arc<dyn Error + Send>,
    Arc<dyn Error + Send + Sync>,
    #[cfg(feature = "anyhow")] ::anyhow::Error,
    #[cfg(feature = "eyre")] ::eyre::Report,
    #[cfg(feature = "tokio")] ::tokio::time::error::Elapsed,
    #[cfg(feature = "reqwest")] ::reqwest::Error,
    #[cfg(feature = "reqwest")] crate::reqwest::StatusError,
    #[cfg(feature = "reqwest")] crate::reqwest::Error,
    #[cfg(feature = "hyper")] ::hyper::Error,
    #[cfg(feature = "hyper")] ::h2::Error,
    #[cfg(feature = "tonic")] ::tonic::Status,
    #[cfg(feature = "tonic")] ::tonic::ConnectError,
    #[cfg(feature = "tonic")] ::tonic::TimeoutExpired,
    #[cfg(feature = "reqwest-0-12")] ::reqwest_0_12::Error,
    #[cfg(feature = "tonic-0-13")] ::tonic_0_13::Status,
    #[cfg(feature = "tonic-0-13")] ::tonic_0_13::ConnectError,
    #[cfg(feature = "tonic-0-13")] ::tonic_0_13::TimeoutExpired,
    #[cfg(feature = "tower")] ::tower::timeout::error::Elapsed,
    #[cfg(feature = "tower")] ::tower::load_shed::error::Overloaded,
    #[cfg(feature = "hyper-util")] ::hyper_util::client::legacy::Error,
    #[cfg(feature = "redis")] ::redis::RedisError,
    #[cfg(feature = "sqlx")] ::sqlx_core::Error,
    #[cfg(feature = "tokio-postgres")] ::tokio_postgres::Error,
    #[cfg(feature = "object_store")] ::object_store::Error,
    #[cfg(feature = "object_store")] ::object_store::client::HttpError,
    #[cfg(feature = "ureq")] ::ureq::Error,
    #[cfg(feature = "async-nats")] ::async_nats::RequestError,
    #[cfg(feature = "async-nats")] ::async_nats::ConnectError,
    #[cfg(feature = "async-nats")] ::async_nats::PublishError,
    #[cfg(feature = "async-nats")] ::async_nats::SubscribeError,
    #[cfg(feature = "async-nats")] ::async_nats::client::FlushError,
    #[cfg(feature = "async-nats")] ::async_nats::jetstream::context::PublishError,
    #[cfg(feature = "mongodb")] ::mongodb::error::Error,
    #[cfg(feature = "kube")] ::kube_client::Error,
    #[cfg(feature = "kube")] ::kube_client::core::Status,
    #[cfg(feature = "aws")] ::aws_smithy_runtime_api::client::result::ConnectorError,
    #[cfg(feature = "aws")] ::aws_smithy_types::error::ErrorMetadata,
}

impl<E: Inject> Inject for Box<E> {}
impl<E: Inject> Inject for Arc<E> {}
