//! What a run can be told of the time between its attempts.

use super::Run;
use super::choices::{BeforeRetry, By, Sleeper};
use super::setup::{Setup, exchanged};
use crate::given::{AnyDelays, Given, OfIter};
use crate::inlined::Ending;
use crate::{Attempt, Budget};
use std::future::Future;
use std::time::Duration;

/// Between the attempts.
impl<'b, Op, Fut, T, E, On, OnOk, Late, Hook, Time, Delays>
    Run<'b, Op, Fut, On, OnOk, Late, Hook, Time, Delays>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    Hook: BeforeRetry,
    Time: Sleeper,
{
    /// What to do before each retry, after its delay: reconnect, refresh a
    /// token. It is given the [`Attempt`] that is about to start, is awaited,
    /// and cut by the deadline; the retry's own `timeout` starts after it.
    ///
    /// It ends in `()` or in `Result<(), E>`, whose `Err` is that retry's
    /// outcome: it is classified, and counts as one of the retries.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use std::cell::Cell;
    /// use std::io;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> io::Result<()> {
    /// let connected = Cell::new(false);
    /// Policy::DEFAULT
    ///     .run(|_| async {
    ///         if connected.get() { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    ///     })
    ///     .before_retry(|_| async { connected.set(true) })
    ///     .await
    /// # }
    /// ```
    pub fn before_retry<F, H>(
        self,
        hook: F,
    ) -> Run<'b, Op, Fut, On, OnOk, Late, By<F>, Time, Delays>
    where
        F: FnMut(Attempt) -> H,
        H: Future,
        H::Output: Ending<E>,
    {
        exchanged!(self, hook: By(hook); on, on_ok, late, time, delays)
    }

    /// Another timer: a function from a duration to a future, whose output is
    /// ignored. It waits between attempts and times `timeout` and `deadline`;
    /// for a wait of zero it is not asked.
    ///
    /// Left out, the timer is tokio's or, with the feature `smol` and
    /// without `tokio`, async-io's.
    ///
    /// ```
    /// use retry_runtime::{Jitter, Policy};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let mut waits = Vec::new();
    /// let _: std::io::Result<()> = Policy::DEFAULT
    ///     .jitter(Jitter::NONE)
    ///     .run(async |_| Err(std::io::ErrorKind::TimedOut.into()))
    ///     .sleep(|wait| {
    ///         waits.push(wait.as_millis());
    ///         std::future::ready(())
    ///     })
    ///     .await;
    /// assert_eq!(waits, [100, 150, 225]);
    /// # }
    /// ```
    pub fn sleep<F, S>(self, sleep: F) -> Run<'b, Op, Fut, On, OnOk, Late, Hook, By<F>, Delays>
    where
        F: FnMut(Duration) -> S,
        S: Future,
    {
        exchanged!(self, time: By(sleep); on, on_ok, late, hook, delays)
    }

    /// The delays one by one, in place of the policy's backoff: any iterator,
    /// so that those of other crates work. Its end is the end of retries; `max`
    /// holds all the same, and so does the policy's jitter (where none is set,
    /// `equal`).
    ///
    /// For a [`Backoff`](crate::Backoff) see [`Policy::backoff`](crate::Policy::backoff).
    ///
    /// ```
    /// use retry_runtime::{Jitter, Policy};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let mut attempts = 0;
    /// let _: std::io::Result<()> = Policy::DEFAULT
    ///     .run(|_| {
    ///         attempts += 1;
    ///         async { Err(std::io::ErrorKind::TimedOut.into()) }
    ///     })
    ///     .backoff([10, 500].map(Duration::from_millis))
    ///     .await;
    /// assert_eq!(attempts, 3);
    /// # }
    /// ```
    pub fn backoff<I>(
        self,
        delays: I,
    ) -> Run<'b, Op, Fut, On, OnOk, Late, Hook, Time, OfIter<I::IntoIter>>
    where
        I: IntoIterator<Item = Duration>,
    {
        exchanged!(self, delays: Given(delays).delays(); on, on_ok, late, hook, time)
    }

    /// The budget that pays for the retries, and that earns from a success.
    ///
    /// Left out, there is none. A function under `#[retry]` has a static of
    /// its own to keep one in; a closure has not. The best place for it is a
    /// field of the client.
    ///
    /// ```
    /// use retry_runtime::{Budget, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let budget = Budget::standard().reserve(10);
    /// for _ in 0..20 {
    ///     let _: std::io::Result<()> = Policy::DEFAULT
    ///         .run(async |_| Err(std::io::ErrorKind::TimedOut.into()))
    ///         .budget(&budget)
    ///         .await;
    /// }
    /// assert_eq!(budget.level(), 0.0);
    /// # }
    /// ```
    pub fn budget(mut self, budget: &'b Budget) -> Self {
        self.setup.base.budget = Some(budget);
        self
    }

    /// What logs and metrics call this call. Left out, the closure's path,
    /// such as `shop::orders::place::{{closure}}`.
    ///
    /// ```
    /// use retry_runtime::Policy;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// Policy::DEFAULT.run(async |_| std::io::Result::Ok(())).name("Orders.Place").await
    /// # }
    /// ```
    pub fn name(mut self, name: &'static str) -> Self {
        self.setup.base.name = Some(name);
        self
    }
}
