//! Errors that layers of tower 0.5 make.

use crate::transient::Transient;
use crate::verdict::Verdict;
use ::tower::load_shed::error::Overloaded;
use ::tower::timeout::error::Elapsed;

/// | error of tower | verdict |
/// | --- | --- |
/// | `timeout::error::Elapsed` | transient, timed out |
/// | `load_shed::error::Overloaded` | not sent, overloaded |
///
/// Services of tower return them in a `BoxError`, where they are found.
///
/// ```
/// use retry_runtime::{Transient, Verdict};
///
/// let error: tower::BoxError = tower::timeout::error::Elapsed::new().into();
/// assert_eq!(error.verdict(), Verdict::transient().timed_out());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Elapsed {
    fn verdict(&self) -> Verdict {
        Verdict::transient().timed_out()
    }
}

/// The service below was not ready and was not called: not sent, overloaded.
///
/// It is a proof of the last call alone: `tower::retry` around the layer may have made
/// others before. What must not run twice, do not retry in two places.
#[diagnostic::do_not_recommend]
impl Transient for Overloaded {
    fn verdict(&self) -> Verdict {
        Verdict::not_sent().overloaded()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::tower::load_shed::LoadShed;
    use ::tower::timeout::Timeout;
    use ::tower::{BoxError, Service};
    use std::future::{Future, Pending, pending, poll_fn};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    /// Never answers, and is ready or not.
    struct Stuck {
        ready: bool,
    }

    impl Service<()> for Stuck {
        type Response = ();
        type Error = BoxError;
        type Future = Pending<Result<(), BoxError>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
            if self.ready {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            }
        }

        fn call(&mut self, (): ()) -> Self::Future {
            pending()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_out_of_the_layer_says_that_it_is_one() {
        let mut service = Timeout::new(Stuck { ready: true }, Duration::from_secs(1));
        poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
        let error = service.call(()).await.unwrap_err();
        assert_eq!(error.verdict(), Verdict::transient().timed_out());
    }

    #[test]
    fn what_is_shed_was_not_sent() {
        let mut service = LoadShed::new(Stuck { ready: false });
        let mut cx = Context::from_waker(Waker::noop());
        assert!(service.poll_ready(&mut cx).is_ready());
        let Poll::Ready(Err(error)) = pin!(service.call(())).poll(&mut cx) else {
            panic!("it was not shed");
        };
        assert_eq!(error.verdict(), Verdict::not_sent().overloaded());
    }
}
