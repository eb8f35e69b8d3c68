//! A service that answers by a script.

use retry_runtime::{Backoff, Jitter, Policy, retry};
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::{Service, ServiceExt};

pub(crate) const MS: Duration = Duration::from_millis(1);
/// Longer than any call lasts; on the paused clock it is over at once.
const HOUR: Duration = Duration::from_secs(3600);

/// What one request meets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Ok(u64),
    Fail(u64, ErrorKind),
    Hang,
    NotReady(ErrorKind),
}
pub(crate) use Word::{Fail, Hang, NotReady};

/// A service that answers by a script, after the milliseconds that stand there; what
/// comes after the script is answered at once.
#[derive(Clone)]
pub(crate) struct Scripted {
    state: Arc<Mutex<State>>,
    ready: bool,
}

#[derive(Default)]
struct State {
    script: Vec<Word>,
    /// When each request came, in milliseconds.
    seen: Vec<u64>,
    dropped: u32,
    begun: Option<Instant>,
}

struct Running(Arc<Mutex<State>>, bool);

impl Drop for Running {
    fn drop(&mut self) {
        if !self.1 {
            self.0.lock().unwrap().dropped += 1;
        }
    }
}

impl Scripted {
    pub(crate) fn new(script: &[Word]) -> Self {
        let state = State {
            script: script.iter().rev().copied().collect(),
            begun: Some(Instant::now()),
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            ready: false,
        }
    }

    pub(crate) fn goes_on(&self, script: &[Word]) {
        self.state.lock().unwrap().script = script.iter().rev().copied().collect();
    }

    pub(crate) fn seen(&self) -> Vec<u64> {
        self.state.lock().unwrap().seen.clone()
    }

    pub(crate) fn dropped(&self) -> u32 {
        self.state.lock().unwrap().dropped
    }
}

impl Service<u32> for Scripted {
    type Response = u32;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<u32>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state.lock().unwrap();
        if let Some(NotReady(kind)) = state.script.last().copied() {
            state.script.pop();
            let at = state.begun.unwrap().elapsed().as_millis();
            state.seen.push(u64::try_from(at).unwrap());
            return Poll::Ready(Err(kind.into()));
        }
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: u32) -> Self::Future {
        assert!(
            std::mem::take(&mut self.ready),
            "called before it said that it is ready"
        );
        let shared = Arc::clone(&self.state);
        let word = {
            let mut state = shared.lock().unwrap();
            let at = state.begun.unwrap().elapsed().as_millis();
            state.seen.push(u64::try_from(at).unwrap());
            state.script.pop().unwrap_or(Word::Ok(0))
        };
        Box::pin(async move {
            let mut running = Running(shared, false);
            let outcome = match word {
                Word::Ok(millis) => {
                    sleep(MS * u32::try_from(millis).unwrap()).await;
                    Ok(request)
                }
                Fail(millis, kind) => {
                    sleep(MS * u32::try_from(millis).unwrap()).await;
                    Err(kind.into())
                }
                Hang | NotReady(_) => {
                    sleep(HOUR).await;
                    panic!("nothing has ended a request that hangs");
                }
            };
            running.1 = true;
            outcome
        })
    }
}

/// 100 ms before each of three retries.
pub(crate) fn policy() -> Policy {
    Policy::DEFAULT
        .with_backoff(Backoff::fixed(100 * MS).unwrap())
        .with_jitter(Jitter::NONE)
}

pub(crate) const RESET: ErrorKind = ErrorKind::ConnectionReset;
pub(crate) const DENIED: ErrorKind = ErrorKind::PermissionDenied;

/// A retried function around such a service.
#[retry(max = 1, backoff = none)]
pub(crate) async fn outer(
    service: impl Service<u32, Response = u32, Error = io::Error> + Clone,
) -> io::Result<u32> {
    service.clone().oneshot(7).await
}
