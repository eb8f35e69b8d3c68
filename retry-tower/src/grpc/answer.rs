//! The answer of a call, up to its trailers: there it ends, for budget, breaker and log.

use super::rules::MethodTerms;
use super::status;
use crate::call::KeptCall;
use crate::engine::{self, Deadline, Sleep};
use crate::replay::{Reader, Replay};
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use retry_runtime::Ended;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tonic::body::Body;
use tonic::{Code, Status};

pub(super) struct Answer {
    body: Body,
    /// None once the call has ended.
    call: Option<Open>,
}

/// A call whose answer has begun.
struct Open {
    kept: KeptCall,
    terms: MethodTerms,
    replay: Arc<Replay<Body>>,
    reader: Reader,
    deadline: Option<Deadline>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Answer {
    /// `is_over`: the headers have the status already, which is OK. Nobody reads the
    /// body then.
    pub(super) fn new(
        body: Body,
        kept: KeptCall,
        terms: MethodTerms,
        replay: Arc<Replay<Body>>,
        reader: Reader,
        is_over: bool,
    ) -> Self {
        let deadline = kept.deadline;
        let call = Open {
            kept,
            terms,
            replay,
            reader,
            deadline,
            timer: None,
        };
        let mut answer = Self {
            body,
            call: Some(call),
        };
        if is_over || answer.body.is_end_stream() {
            answer.ended(None);
        }
        answer
    }

    /// The call is over: with this status, or well.
    fn ended(&mut self, status: Option<&Status>) {
        let Some(call) = self.call.take() else {
            return;
        };
        match status.filter(|status| status.code() != Code::Ok) {
            None => call.kept.succeeded(),
            Some(status) => {
                let judgement = call.terms.judge(status);
                call.kept.failed(judgement, status, Ended::Permanent);
            }
        }
    }

    /// The deadline holds to the last trailer.
    fn late(&mut self) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(call) = self.call.take() else {
            return Poll::Pending;
        };
        let Some(deadline) = call.deadline else {
            return Poll::Pending;
        };
        let status = Status::from(engine::out_of_time(deadline));
        call.replay.give_up(call.reader);
        self.body = Body::empty();
        let judgement = call.terms.judge(&status);
        call.kept.failed(judgement, &status, Ended::Deadline);
        Poll::Ready(Some(Err(status)))
    }
}

impl Open {
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(left) = self.deadline.and_then(engine::remaining) else {
            return Poll::Pending;
        };
        if left.is_zero() {
            return Poll::Ready(());
        }
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(engine::sleep(left)));
        timer.as_mut().poll(cx)
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if let Some(call) = &mut this.call {
            if call.poll_deadline(cx).is_ready() {
                return this.late();
            }
        }
        let mut polled = std::task::ready!(Pin::new(&mut this.body).poll_frame(cx));
        match &mut polled {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_mut() {
                    let status = status::of_trailers(trailers);
                    let status =
                        status.unwrap_or_else(|| Status::unknown("the trailers have no status"));
                    this.ended(Some(&status));
                }
            }
            Some(Err(error)) => this.ended(Some(error)),
            None => {
                let status = Status::unknown("the answer ended without a status");
                this.ended(Some(&status));
            }
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // Nobody waits any more: an upload that goes on is cut by an error.
        if let Some(call) = &self.call {
            call.replay.give_up(call.reader);
        }
    }
}
