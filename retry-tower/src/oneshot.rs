//! One request to a service that need not be ready.

use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower_service::Service;

pin_project! {
    /// Awaits readiness, then the response.
    #[project = OneshotProj]
    pub(crate) enum Oneshot<S, R, F> {
        Waiting { service: S, request: Option<R> },
        Calling { #[pin] future: F },
    }
}

impl<S: Service<R>, R> Oneshot<S, R, S::Future> {
    pub(crate) const fn new(service: S, request: R) -> Self {
        Self::Waiting {
            service,
            request: Some(request),
        }
    }
}

impl<S: Service<R>, R> Future for Oneshot<S, R, S::Future> {
    type Output = Result<S::Response, S::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match self.as_mut().project() {
                OneshotProj::Waiting { service, request } => {
                    ready!(service.poll_ready(cx))?;
                    let Some(request) = request.take() else {
                        return Poll::Pending;
                    };
                    let future = service.call(request);
                    self.set(Self::Calling { future });
                }
                OneshotProj::Calling { future } => return future.poll(cx),
            }
        }
    }
}
