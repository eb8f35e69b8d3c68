//! How an HTTP request is sent, and what comes of it.

use super::answer::HttpAnswer;
use super::drain::Drain;
use super::methods::Repeat;
use crate::BoxError;
use crate::call::Won;
use crate::engine::{Judgement, by_itself, with_causes};
use crate::farewell::Sent;
use crate::oneshot::Oneshot;
use crate::race::{Outcome, Sending};
use crate::replay::{Replay, ReplayBody};
use bytes::Bytes;
use http::{Request, request};
use http_body::Body;
use retry_runtime::{Attempt, Elapsed, Rejected, Verdict};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_service::Service;

/// A request, as the race of its attempts sees it.
pub(super) struct HttpCalls<S, B, A: HttpAnswer> {
    pub(super) service: S,
    pub(super) parts: request::Parts,
    pub(super) replay: Arc<Replay<B>>,
    pub(super) repeat: Repeat,
    pub(super) drain: Drain<A::Body>,
}

impl<S, B, A> Sending for HttpCalls<S, B, A>
where
    S: Service<Request<ReplayBody<B>>, Response = A> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    A: HttpAnswer,
{
    type Response = A;
    type Error = BoxError;
    type Attempt = Sender<S, B>;

    fn send(&mut self, attempt: Attempt) -> Self::Attempt {
        let (reader, body) = self.replay.read(attempt.number());
        let mut request = Request::from_parts(self.parts.clone(), body);
        request.extensions_mut().insert(attempt);
        let future = Oneshot::new(self.service.clone(), request);
        Sender {
            sent: Sent::new(future, Arc::clone(&self.replay), reader),
            replay: Arc::clone(&self.replay),
        }
    }

    fn judge(&self, outcome: &Outcome<Self>) -> Option<Judgement> {
        let judgement = match outcome {
            Ok(answer) => of_answer(answer, self.repeat)?,
            // The caller's own body: it fails the same way again.
            Err(_) if self.replay.has_failed() => Judgement::of(Verdict::permanent()),
            Err(error) => by_itself(error, None),
        };
        Some(self.repeat.limit(judgement))
    }

    fn elapsed(&self, elapsed: Elapsed) -> Option<BoxError> {
        Some(elapsed.into())
    }

    fn rejected(&self, rejected: Rejected) -> Option<BoxError> {
        Some(rejected.into())
    }

    fn show(outcome: Result<&A, &BoxError>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match outcome {
            Ok(answer) => write!(f, "HTTP status {}", answer.status()),
            Err(error) => show_chain(&**error, f),
        }
    }

    fn won(&mut self, won: Won<'_>, answer: A) -> A {
        self.replay.commit_to(won.number);
        won.succeeded();
        answer
    }

    fn committed(&self, cx: &mut Context<'_>) -> Option<u32> {
        self.replay.committed(cx)
    }

    fn leave(&self, number: u32) -> bool {
        self.replay.leave(number)
    }

    fn discard(&mut self, outcome: Outcome<Self>) {
        if let Ok(answer) = outcome {
            self.drain.start(answer);
        }
    }

    fn poll_discarded(&mut self, cx: &mut Context<'_>) {
        self.drain.poll(cx);
    }
}

/// What a response says, where it is a failure.
pub(super) fn of_answer(answer: &impl HttpAnswer, repeat: Repeat) -> Option<Judgement> {
    let (status, headers) = (answer.status(), answer.headers());
    Judgement::of_response(match repeat {
        Repeat::Safe => retry_runtime::http::verdict_for_safe(status, headers),
        _ => retry_runtime::http::verdict(status, headers),
    })
}

/// HTTP clients say what went wrong in the sources of their errors.
pub(crate) fn show_chain(error: &(dyn Error + 'static), f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}", with_causes(error))
}

/// A request that a service sends.
type SentBy<S, B> =
    Sent<Oneshot<S, Request<ReplayBody<B>>, <S as Service<Request<ReplayBody<B>>>>::Future>, B>;

/// One attempt. A failed one reads no more of the body.
pub(super) struct Sender<S, B>
where
    S: Service<Request<ReplayBody<B>>> + Send + 'static,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    sent: SentBy<S, B>,
    replay: Arc<Replay<B>>,
}

impl<S, B> Future for Sender<S, B>
where
    S: Service<Request<ReplayBody<B>>> + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Output = Result<S::Response, BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = ready!(Pin::new(&mut self.sent).poll(cx));
        if outcome.is_err() {
            self.replay.give_up(self.sent.reader());
        }
        Poll::Ready(outcome.map_err(Into::into))
    }
}
