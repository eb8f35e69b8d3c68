//! The middleware for `reqwest-middleware`. Behind the feature of that name.

use super::calls::{of_answer, show_chain};
use super::layer::RetryLayer;
use super::methods::Repeat;
use crate::engine::{Judgement, known};
use crate::marks::{Idempotent, NoRetry};
use crate::race::{Outcome, Race, Sending};
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next, Result};
use retry_runtime::{Attempt, Elapsed, Rejected, Transient, classify};
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// As a middleware: what is inside of it in the stack runs for each attempt.
///
/// The extensions [`Idempotent`] and [`NoRetry`] are put into a request with
/// `with_extension`. A body that is a stream goes out once.
///
/// ```
/// use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
/// use retry_runtime::Policy;
/// use retry_tower::http::RetryLayer;
///
/// let client: ClientWithMiddleware = ClientBuilder::new(reqwest::Client::new())
///     .with(RetryLayer::new(Policy::DEFAULT))
///     .build();
/// # let _ = client;
/// ```
impl Middleware for RetryLayer {
    fn handle<'l, 'e, 'n, 'f>(
        &'l self,
        request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Pin<Box<dyn Future<Output = Result<Response>> + Send + 'f>>
    where
        'l: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            let Some(copy) = request.try_clone() else {
                return next.run(request, extensions).await;
            };
            // The head alone, for the policy and the budget.
            let (mut head, _) = http::Request::<reqwest::Body>::try_from(copy)?.into_parts();
            marks(extensions, &mut head.extensions);
            let repeat = Repeat::of(&head.method, &head.headers, &head.extensions);
            let plan = self.plan(&head, repeat);
            let chain = Chain {
                next,
                request,
                extensions: extensions.clone(),
                repeat,
            };
            Race::new(chain, plan).await
        })
    }
}

fn marks(from: &Extensions, to: &mut Extensions) {
    if let Some(mark) = from.get::<Idempotent>() {
        to.insert(*mark);
    }
    if let Some(mark) = from.get::<NoRetry>() {
        to.insert(*mark);
    }
}

/// The rest of the stack.
struct Chain<'n> {
    next: Next<'n>,
    request: Request,
    extensions: Extensions,
    repeat: Repeat,
}

impl<'n> Sending for Chain<'n> {
    type Response = Response;
    type Error = Error;
    type Attempt = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'n>>;

    fn send(&mut self, attempt: Attempt) -> Self::Attempt {
        let (next, request) = (self.next.clone(), self.request.try_clone());
        let mut extensions = self.extensions.clone();
        extensions.insert(attempt);
        Box::pin(async move {
            match request {
                Some(request) => next.run(request, &mut extensions).await,
                // Not reached: it could be cloned before.
                None => std::future::pending().await,
            }
        })
    }

    fn judge(&self, outcome: &Outcome<Self>) -> Option<Judgement> {
        Some(self.repeat.limit(match outcome {
            Ok(response) => of_answer(response, self.repeat)?,
            Err(Error::Reqwest(error)) => Judgement::of(error.verdict()),
            Err(Error::Middleware(error)) => known(error, classify(error.as_ref()), None),
        }))
    }

    fn elapsed(&self, elapsed: Elapsed) -> Option<Error> {
        Some(Error::middleware(elapsed))
    }

    fn rejected(&self, rejected: Rejected) -> Option<Error> {
        Some(Error::middleware(rejected))
    }

    fn show(
        outcome: std::result::Result<&Response, &Error>,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        match outcome {
            Ok(response) => write!(f, "HTTP status {}", response.status()),
            Err(error) => show_chain(error, f),
        }
    }
}
