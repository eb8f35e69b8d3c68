//! For tests of code that retries: budgets of their own, a record of what was tried, faults,
//! and a clock.
//!
//! It is for `dev-dependencies`. What is built without the feature pays nothing for it; with
//! it, an attempt looks once whether a test is around it.
//!
//! ```toml
//! [dev-dependencies]
//! retry-runtime = { version = "0.1", features = ["testing"] }
//! ```
//!
//! [`guide::testing`](crate::guide::testing) has each in use. In short:
//!
//! ```
//! use retry_runtime::testing::{CallEnding, fail, isolated, record};
//! use retry_runtime::retry;
//! use std::io;
//!
//! #[retry(max = 2)]
//! async fn get() -> io::Result<u32> {
//!     Ok(7)
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! isolated(async {
//!     let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
//!     let (outcome, record) = record(fail("*::get", 2, refused).during(get())).await;
//!
//!     assert_eq!(outcome.unwrap(), 7);
//!     assert_eq!(record.call().attempts().len(), 3);
//!     assert_eq!(record.call().ending(), CallEnding::Succeeded);
//! })
//! .await;
//! # }
//! ```
//!
//! What is put around a future holds in each of its polls, and where it is dropped. It does
//! not reach into tasks and threads that are spawned inside, unless a [`Scope`] carries it
//! there.

mod attempt_record;
pub(crate) mod clock;
mod faults;
pub(crate) mod injected;
mod known_errors;
mod name_pattern;
mod record;
mod scope;
pub(crate) mod trace;
pub(crate) mod world;

pub use self::attempt_record::{AttemptRecord, AttemptResult};
pub use self::clock::{advance, sleep};
pub use self::faults::{Faults, fail, time_out};
pub use self::record::{CallEnding, CallRecord, Record};
pub use self::scope::{Scope, Scoped};
pub use crate::macro_support::inject::Inject;

#[cfg(any(feature = "tokio", feature = "smol"))]
pub(crate) use self::clock::StillSleep;

use self::clock::Clock;
use self::scope::FrameParts;
use self::trace::Recorder;
use self::world::TestWorld;
use std::future::Future;
use std::sync::Arc;

/// Gives the future a state of its own in place of the process's, so that tests in one
/// process do not meet.
///
/// Inside, every [`Budget`](crate::Budget) and [`HedgeDelay`](crate::HedgeDelay) is as it
/// was when it was made, whoever holds it: the one that each `#[retry]` function has, a
/// static of yours, a field of a client. What is spent inside is not seen outside, and is
/// over with the future. Jitter and node choice are drawn from a fixed seed, so that each
/// run waits alike; [`seeded`] has another one. Circuit breakers are yours: make them anew
/// in each test.
///
/// An `isolated` inside another one is a further state. [`record`] and [`Faults::during`]
/// make none: they go inside, or around.
///
/// ```
/// use retry_runtime::testing::isolated;
/// use retry_runtime::retry;
/// use std::io;
///
/// #[retry]
/// async fn get() -> io::Result<u32> {
///     Err(io::ErrorKind::ConnectionRefused.into())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// for _test in 0..12 {
///     isolated(async {
///         // The budget of a fresh process: three calls make all their retries.
///         for _ in 0..3 {
///             assert!(get().await.is_err());
///         }
///     })
///     .await;
/// }
/// # }
/// ```
pub fn isolated<F: Future>(future: F) -> Scoped<F> {
    seeded(0, future)
}

/// [`isolated`], with jitter and node choice from another seed.
///
/// ```
/// use retry_runtime::testing::{fail, record, seeded};
/// use retry_runtime::retry;
/// use std::io;
///
/// #[retry]
/// async fn get() -> io::Result<u32> {
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let waits = async |seed| {
///     let faults = fail("*::get", 2, || io::Error::from(io::ErrorKind::ConnectionRefused));
///     let (_, record) = seeded(seed, record(faults.during(get()))).await;
///     record.call().waits()
/// };
/// assert_eq!(waits(1).await, waits(1).await);
/// assert_ne!(waits(1).await, waits(2).await);
/// # }
/// ```
pub fn seeded<F: Future>(seed: u64, future: F) -> Scoped<F> {
    Scoped::new(in_world(TestWorld::new(seed, Clock::default())), future)
}

/// [`isolated`], on a clock that stands still: for tests without tokio's.
///
/// The waits of retries, time limits, hedging delays and [`sleep`] take no time. Whenever
/// nothing is left to do inside but to wait, the clock goes on to what is waited for first,
/// as tokio's paused clock does; [`advance`] moves it too. It needs no runtime, and under
/// tokio it goes before the runtime's clock. What waits for something real inside, such as a
/// socket, will see its time limit first. A timer of your own, the key `sleep`, is not
/// touched.
///
/// ```
/// use retry_runtime::testing::{fail, paused};
/// use retry_runtime::retry;
/// use std::io;
/// use std::time::Instant;
///
/// #[retry(max = 2, backoff = fixed(1h))]
/// async fn get() -> io::Result<u32> {
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let begun = Instant::now();
/// let faults = fail("*::get", 2, || io::Error::from(io::ErrorKind::ConnectionRefused));
/// assert_eq!(paused(faults.during(get())).await.unwrap(), 7);
/// assert!(begun.elapsed().as_secs() < 60);
/// # }
/// ```
pub fn paused<F: Future>(future: F) -> Scoped<F> {
    Scoped::new(in_world(TestWorld::new(0, Clock::still())), future)
}

/// Keeps a [`Record`] of the calls that the future makes.
///
/// It changes nothing: the state is that of what is around it. A call that begins inside is
/// recorded to its end, also one in a task that a [`Scope`] carries on.
///
/// ```
/// use retry_runtime::testing::record;
/// use retry_runtime::retry;
/// use std::io;
///
/// #[retry]
/// async fn get() -> io::Result<u32> {
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (outcome, record) = record(get()).await;
/// assert_eq!(outcome.unwrap(), 7);
/// assert_eq!(record.call().attempts().len(), 1);
/// # }
/// ```
pub async fn record<F: Future>(future: F) -> (F::Output, Record) {
    let recorder = Arc::new(Recorder::default());
    let outcome = Scoped::new(recorded_by(&recorder), future).await;
    (outcome, recorder.record())
}

/// [`isolated`] for code that is not `async`.
///
/// ```
/// use retry_runtime::Budget;
/// use retry_runtime::testing::isolated_blocking;
///
/// static BUDGET: Budget = Budget::standard();
///
/// isolated_blocking(|| assert!(BUDGET.try_retry(3)));
/// assert_eq!(BUDGET.level(), 10.0);
/// ```
pub fn isolated_blocking<R>(call: impl FnOnce() -> R) -> R {
    Scope::with(in_world(TestWorld::new(0, Clock::default()))).run(call)
}

/// [`paused`] for code that is not `async`: where it would block for a wait between
/// attempts, the clock goes on by that instead.
///
/// ```
/// use retry_runtime::testing::{fail, paused_blocking};
/// use retry_runtime::retry;
/// use std::io;
///
/// #[retry(max = 2, backoff = fixed(1h))]
/// fn get() -> io::Result<u32> {
///     Ok(7)
/// }
///
/// let faults = fail("*::get", 2, || io::Error::from(io::ErrorKind::ConnectionRefused));
/// assert_eq!(paused_blocking(|| faults.during_blocking(get)).unwrap(), 7);
/// ```
pub fn paused_blocking<R>(call: impl FnOnce() -> R) -> R {
    Scope::with(in_world(TestWorld::new(0, Clock::still()))).run(call)
}

/// [`record`] for code that is not `async`.
///
/// ```
/// use retry_runtime::testing::record_blocking;
/// use retry_runtime::retry;
///
/// #[retry]
/// fn get() -> std::io::Result<u32> {
///     Ok(7)
/// }
///
/// let (outcome, record) = record_blocking(get);
/// assert_eq!(outcome.unwrap(), 7);
/// assert_eq!(record.call().attempts().len(), 1);
/// ```
pub fn record_blocking<R>(call: impl FnOnce() -> R) -> (R, Record) {
    let recorder = Arc::new(Recorder::default());
    let outcome = Scope::with(recorded_by(&recorder)).run(call);
    (outcome, recorder.record())
}

fn in_world(world: TestWorld) -> FrameParts {
    FrameParts {
        world: Some(Arc::new(world)),
        ..FrameParts::default()
    }
}

fn recorded_by(recorder: &Arc<Recorder>) -> FrameParts {
    FrameParts {
        recorder: Some(Arc::clone(recorder)),
        ..FrameParts::default()
    }
}
