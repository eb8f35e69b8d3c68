//! Attempts that end as a test says, and the errors that the library knows how to make.

use super::faults::InjectedOutcome;
use crate::elapsed::Elapsed;
use crate::engine::chain_stop::{Layer, layer_sync};
use crate::gate::Rejected;
use crate::macro_support::inject::Inject;
use crate::verdict::Verdict;
use pin_project_lite::pin_project;
use retry_idempotency::attempt_scope::AttemptScope;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

pin_project! {
    /// An attempt, or what a test has it end in.
    #[derive(Debug)]
    pub struct Faulty<F: Future> {
        injected: InjectedOutcome<F::Output>,
        #[pin]
        attempt: Layer<F>,
    }
}

/// An attempt, in its scope.
#[must_use]
pub const fn attempt<F: Future>(
    scope: AttemptScope,
    injected: InjectedOutcome<F::Output>,
    attempt: F,
) -> Faulty<F> {
    Faulty {
        injected,
        attempt: Layer::new(scope, attempt),
    }
}

impl<F: Future> Future for Faulty<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.injected.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => this.attempt.poll(cx),
        }
    }
}

/// The attempt of a sync fn, in its scope.
pub fn attempt_sync<R>(
    scope: AttemptScope,
    mut injected: InjectedOutcome<R>,
    attempt: impl FnOnce() -> R,
) -> R {
    match injected.take() {
        Some(outcome) => outcome,
        None => layer_sync(scope, attempt),
    }
}

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
    #[cfg(feature = "aws")] ::aws_smithy_runtime_api::client::result::ConnectorError,
    #[cfg(feature = "aws")] ::aws_smithy_types::error::ErrorMetadata,
}

impl<E: Inject> Inject for Box<E> {}
impl<E: Inject> Inject for Arc<E> {}
