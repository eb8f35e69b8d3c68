//! `retry-tower`'s replay of bodies: chunks of any size, waits, trailers and errors
//! anywhere, attempts that answer before they have read, and a caller that goes away.
//!
//! What a server receives in each attempt is the whole body, or a beginning of it that
//! ends in an error: never anything that it could take for complete.

use crate::fragments::Choices;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use retry_runtime::{Backoff, Budget, Policy};
use retry_tower::http::RetryLayer;
use retry_tower::{Hedging, ReplayBody};
use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep, timeout};
use tower::{Layer, Service, ServiceExt};

/// What the caller's body is made of.
#[derive(Clone, Debug)]
enum Part {
    Data(Bytes),
    Wait(Duration),
    Trailers,
    Error,
}

#[derive(Debug)]
struct Source {
    parts: VecDeque<Part>,
    waits: Option<Pin<Box<Sleep>>>,
    tells_length: bool,
    is_over: bool,
}

impl Source {
    fn rest(&self) -> u64 {
        let of_part = |part: &Part| {
            if let Part::Data(data) = part {
                data.len() as u64
            } else {
                0
            }
        };
        self.parts.iter().map(of_part).sum()
    }
}

impl Body for Source {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        assert!(!self.is_over, "asked again after its end");
        loop {
            if let Some(waits) = &mut self.waits {
                ready!(waits.as_mut().poll(cx));
                self.waits = None;
            }
            return Poll::Ready(match self.parts.pop_front() {
                Some(Part::Wait(time)) => {
                    self.waits = Some(Box::pin(sleep(time)));
                    continue;
                }
                Some(Part::Data(data)) => Some(Ok(Frame::data(data))),
                Some(Part::Trailers) => Some(Ok(Frame::trailers(HeaderMap::new()))),
                Some(Part::Error) => {
                    self.is_over = true;
                    Some(Err(io::Error::other("the caller's own")))
                }
                None => {
                    self.is_over = true;
                    None
                }
            });
        }
    }

    fn is_end_stream(&self) -> bool {
        self.tells_length && self.parts.is_empty() && self.waits.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        if self.tells_length {
            SizeHint::with_exact(self.rest())
        } else {
            SizeHint::default()
        }
    }
}

/// What a server does with an attempt.
#[derive(Clone, Copy, Debug)]
struct Script {
    /// The task of a connection reads, as in HTTP/2; or the request's own future does.
    by_task: bool,
    /// How many frames it reads before it answers.
    reads: u8,
    pauses: Duration,
    answer: Answer,
    after: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Success,
    Unavailable,
    Reset,
    Refused,
    Never,
}

/// How it ended for who reads.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Unread,
    Reading,
    Complete,
    Failed,
    /// The server has read enough.
    LetGo,
    /// The request was dropped while it was being sent.
    Cut,
}

#[derive(Debug)]
struct Received {
    data: Vec<u8>,
    frames: u8,
    trailers: bool,
    end: End,
}

impl Received {
    fn let_go(&mut self) {
        if self.end == End::Reading {
            self.end = End::LetGo;
        }
    }

    /// Whether it was a frame.
    fn takes<E>(&mut self, frame: Option<Result<Frame<Bytes>, E>>) -> bool {
        let frame = match frame {
            Some(Ok(frame)) => frame,
            Some(Err(_)) => {
                self.end = End::Failed;
                return false;
            }
            None => {
                self.end = End::Complete;
                return false;
            }
        };
        self.frames = self.frames.saturating_add(1);
        match frame.into_data() {
            Ok(data) => self.data.extend_from_slice(&data),
            Err(_) => self.trailers = true,
        }
        true
    }
}

/// The whole body, and what the server has received of it.
struct World {
    whole: Vec<u8>,
    trailers: bool,
    fails: bool,
    tells_length: bool,
    scripts: Vec<Script>,
    attempts: Vec<Arc<Mutex<Received>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the body of one attempt.
struct Reader {
    body: Pin<Box<ReplayBody<Source>>>,
    world: Arc<Mutex<World>>,
    received: Arc<Mutex<Received>>,
    pauses: Duration,
    news: Arc<Notify>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut received = lock(&self.received);
        if received.end == End::Reading {
            received.end = End::Cut;
        }
    }
}

impl Reader {
    /// Whether there was a frame.
    async fn next(&mut self) -> bool {
        self.looks_ahead();
        lock(&self.received).end = End::Reading;
        let frame = poll_fn(|cx| self.body.as_mut().poll_frame(cx)).await;
        let goes_on = lock(&self.received).takes(frame);
        self.news.notify_one();
        if goes_on && !self.pauses.is_zero() {
            sleep(self.pauses).await;
        }
        goes_on
    }

    /// What the body says of itself, which becomes a `content-length` and an end of the
    /// stream.
    fn looks_ahead(&self) {
        let (world, received) = (lock(&self.world), lock(&self.received));
        let left = (world.whole.len() - received.data.len()) as u64;
        if self.body.is_end_stream() {
            let is_all = left == 0 && received.trailers == world.trailers && !world.fails;
            assert!(is_all, "it says that it has ended: {received:?}");
        }
        let hint = self.body.size_hint();
        if world.fails && !world.tells_length {
            assert_eq!(hint.exact(), None, "a length of what never comes");
        }
        if !world.fails && world.tells_length {
            assert!(hint.lower() <= left && hint.upper().is_none_or(|upper| left <= upper));
        }
    }
}

#[derive(Clone)]
struct Server(Arc<Mutex<World>>);

impl Service<Request<ReplayBody<Source>>> for Server {
    type Response = Response<http_body_of::Empty>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<ReplayBody<Source>>) -> Self::Future {
        let received = Arc::new(Mutex::new(Received {
            data: Vec::new(),
            frames: 0,
            trailers: false,
            end: End::Unread,
        }));
        let script = {
            let mut world = lock(&self.0);
            world.attempts.push(Arc::clone(&received));
            let last = world.scripts.len() - 1;
            world.scripts[last.min(world.attempts.len() - 1)]
        };
        let news = Arc::new(Notify::new());
        let reader = Reader {
            body: Box::pin(request.into_body()),
            world: Arc::clone(&self.0),
            received: Arc::clone(&received),
            pauses: script.pauses,
            news: Arc::clone(&news),
        };
        if script.by_task {
            tokio::spawn(read_all(reader));
            Box::pin(async move {
                while !is_read(&received, script.reads) {
                    news.notified().await;
                }
                answer(script).await
            })
        } else {
            Box::pin(read_within(reader, script))
        }
    }
}

async fn read_all(mut reader: Reader) {
    while reader.next().await {}
}

/// The request's own future sends the body, beside the answer where that takes long.
async fn read_within(
    mut reader: Reader,
    script: Script,
) -> io::Result<Response<http_body_of::Empty>> {
    let mut goes_on = true;
    while goes_on && !is_read(&reader.received, script.reads) {
        goes_on = reader.next().await;
    }
    let mut answered = std::pin::pin!(answer(script));
    let mut rest = Box::pin(async { while goes_on && reader.next().await {} });
    let mut is_over = false;
    let outcome = poll_fn(|cx| {
        is_over = is_over || rest.as_mut().poll(cx).is_ready();
        answered.as_mut().poll(cx)
    })
    .await;
    drop(rest);
    lock(&reader.received).let_go();
    outcome
}

fn is_read(received: &Mutex<Received>, frames: u8) -> bool {
    let received = lock(received);
    received.frames >= frames || matches!(received.end, End::Complete | End::Failed)
}

async fn answer(script: Script) -> io::Result<Response<http_body_of::Empty>> {
    if !script.after.is_zero() {
        sleep(script.after).await;
    }
    let status = match script.answer {
        Answer::Success => StatusCode::OK,
        Answer::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Answer::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
        Answer::Refused => return Err(io::ErrorKind::ConnectionRefused.into()),
        Answer::Never => pending().await,
    };
    let mut response = Response::new(http_body_of::Empty);
    *response.status_mut() = status;
    Ok(response)
}

/// A body without anything in it.
mod http_body_of {
    use bytes::Bytes;
    use http_body::{Body, Frame};
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub(crate) struct Empty;

    impl Body for Empty {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(None)
        }
    }
}

fn parts(choices: &mut Choices<'_>) -> VecDeque<Part> {
    let mut parts = VecDeque::new();
    for place in 0..choices.byte() % 8 {
        let byte = choices.byte();
        match byte % 16 {
            0..10 => {
                let data = vec![place.wrapping_mul(37) ^ byte; usize::from(choices.byte() % 48)];
                parts.push_back(Part::Data(data.into()));
            }
            10..14 => parts.push_back(Part::Wait(millis(choices))),
            14 => {
                parts.push_back(Part::Trailers);
                break;
            }
            _ => {
                parts.push_back(Part::Error);
                break;
            }
        }
    }
    parts
}

fn millis(choices: &mut Choices<'_>) -> Duration {
    Duration::from_millis(u64::from(choices.byte() % 24))
}

fn script(choices: &mut Choices<'_>) -> Script {
    let byte = choices.byte();
    Script {
        by_task: byte % 2 == 0,
        reads: byte / 2 % 8,
        pauses: if byte >= 128 {
            millis(choices)
        } else {
            Duration::ZERO
        },
        answer: [
            Answer::Success,
            Answer::Unavailable,
            Answer::Reset,
            Answer::Refused,
            Answer::Never,
        ][usize::from(choices.byte() % 5)],
        after: millis(choices),
    }
}

/// A body, and what the servers of its attempts do with it.
///
/// # Panics
///
/// An attempt that a server can take for complete and is not, or a request that is sent
/// again and must not be.
pub fn replay(data: &[u8]) {
    let mut choices = Choices::new(data);
    let parts = parts(&mut choices);
    let flags = choices.byte();
    let (is_put, tells_length, hedged) = (flags & 1 == 0, flags & 2 == 0, flags & 4 == 0);
    let (limit, leaves_after) = (usize::from(choices.byte()), choices.byte());
    let scripts: Vec<_> = (0..4).map(|_| script(&mut choices)).collect();
    let has = |kind: fn(&Part) -> bool| parts.iter().any(kind);
    let whole = parts.iter().filter_map(|part| match part {
        Part::Data(data) => Some(&data[..]),
        _ => None,
    });
    let world = Arc::new(Mutex::new(World {
        whole: whole.flatten().copied().collect(),
        trailers: has(|part| matches!(part, Part::Trailers)),
        fails: has(|part| matches!(part, Part::Error)),
        tells_length,
        scripts: scripts.clone(),
        attempts: Vec::new(),
    }));
    let source = Source {
        parts,
        waits: None,
        tells_length,
        is_over: false,
    };
    let backoff = Backoff::fixed(Duration::from_millis(5)).expect("above zero");
    let policy = Policy::DEFAULT
        .with_backoff(backoff)
        .with_timeout(Duration::from_millis(60));
    let mut layer = RetryLayer::new(policy)
        .body_limit(limit)
        .budget(Budget::standard());
    if hedged {
        layer = layer.hedge(Hedging::after(Duration::from_millis(7)).at_most(2));
    }
    let client = layer.layer(Server(Arc::clone(&world)));
    let method = if is_put { "PUT" } else { "POST" };
    let request = Request::builder()
        .method(method)
        .uri("http://service/")
        .body(source);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let call = client.oneshot(request.expect("a request"));
        // The caller goes away in the middle of it now and then.
        let patience = Duration::from_millis(if leaves_after < 200 {
            60_000
        } else {
            leaves_after.into()
        });
        let _ = timeout(patience, call).await;
        // Whatever goes on comes to its end by then.
        sleep(Duration::from_secs(3600)).await;
    });
    lock(&world).check(is_put, &scripts);
}

impl World {
    fn check(&self, is_put: bool, scripts: &[Script]) {
        assert!(self.attempts.len() <= 4, "at most max + 1");
        for (index, attempt) in self.attempts.iter().enumerate() {
            let (received, script) = (lock(attempt), scripts[index.min(scripts.len() - 1)]);
            let told = || format!("attempt {}: {received:?}, {script:?}", index + 1);
            assert!(self.whole.starts_with(&received.data), "{}", told());
            match received.end {
                End::Complete => {
                    assert_eq!(received.data.len(), self.whole.len(), "{}", told());
                    assert_eq!(received.trailers, self.trailers, "{}", told());
                    assert!(!self.fails, "{}", told());
                }
                End::Failed | End::LetGo | End::Unread => {}
                End::Reading | End::Cut => panic!("no end that its server sees: {}", told()),
            }
            // What may have been executed is not sent again.
            let is_last = index + 1 == self.attempts.len();
            assert!(
                is_put || is_last || script.answer == Answer::Refused,
                "{}",
                told()
            );
        }
    }
}
