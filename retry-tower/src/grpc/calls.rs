//! How a gRPC call is sent, and what comes of it.

use super::answer::Answer;
use super::attempt::{Attempt, Begun, PREVIOUS, Template, previous};
use super::metrics::Labels;
use super::rules::MethodTerms;
use crate::call::{Effort, Won};
use crate::engine::Judgement;
use crate::race::{Outcome, Sending};
use bytes::Bytes;
use http::{Request, Response};
use retry_runtime::{Attempt as Number, Elapsed, Rejected, Verdict};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Context;
use tonic::Status;
use tonic::body::Body;
use tower_service::Service;

/// A call, as the race of its attempts sees it.
pub(super) struct GrpcCalls<S> {
    pub(super) service: S,
    pub(super) template: Arc<Template>,
    pub(super) terms: MethodTerms,
    pub(super) labels: Labels,
}

impl<S> GrpcCalls<S> {
    fn record(&self, effort: Effort) {
        let transparent = self.template.transparently.load(Relaxed);
        self.labels.record(self.terms.name, effort, transparent);
    }
}

impl<S, B> Sending for GrpcCalls<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<crate::BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<crate::BoxError>,
{
    type Response = Begun;
    type Error = Status;
    type Attempt = Attempt<S>;

    fn send(&mut self, attempt: Number) -> Attempt<S> {
        let template = Arc::clone(&self.template);
        Attempt::new(template, self.service.clone(), attempt)
    }

    fn judge(&self, outcome: &Outcome<Self>) -> Option<Judgement> {
        let status = outcome.as_ref().err()?;
        if self.template.replay.has_failed() {
            // The caller's own messages: they fail the same way again.
            return Some(Judgement::of(Verdict::permanent()));
        }
        Some(self.terms.judge(status))
    }

    fn elapsed(&self, elapsed: Elapsed) -> Option<Status> {
        Some(elapsed.into())
    }

    fn rejected(&self, rejected: Rejected) -> Option<Status> {
        Some(rejected.into())
    }

    fn show(outcome: Result<&Begun, &Status>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match outcome {
            Ok(_) => f.write_str("an answer"),
            Err(status) => write!(f, "{:?}: {}", status.code(), status.message()),
        }
    }

    fn won(&mut self, won: Won<'_>, begun: Begun) -> Begun {
        self.record(won.effort);
        let before = previous(won.number);
        let kept = won.keep();
        let Begun { response, reader } = begun;
        let replay = Arc::clone(&self.template.replay);
        let terms = self.terms.clone();
        let is_over = response.headers().contains_key("grpc-status");
        let mut response =
            response.map(|body| Body::new(Answer::new(body, kept, terms, replay, reader, is_over)));
        if let Some(before) = before {
            response.headers_mut().insert(PREVIOUS, before);
        }
        Begun { response, reader }
    }

    fn lost(&mut self, effort: Effort, mut status: Status) -> Status {
        self.record(effort);
        if let Some(before) = previous(effort.attempts) {
            let before = tonic::metadata::MetadataValue::try_from(before.as_bytes());
            if let Ok(before) = before {
                status.metadata_mut().insert(PREVIOUS, before);
            }
        }
        status
    }

    fn committed(&self, cx: &mut Context<'_>) -> Option<u32> {
        self.template.replay.committed(cx)
    }
}
