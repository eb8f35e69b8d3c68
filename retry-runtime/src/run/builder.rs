//! What a run can be told before it is awaited.

use super::Run;
use super::choices::{BeforeRetry, By, Sleeper, Untimed};
use super::driver::{Setup, exchanged};
use crate::attempt::Attempt;
use crate::budget::Budget;
use crate::elapsed::Elapsed;
use crate::engine::delays::IterDelays;
use crate::engine::into_verdict::Answer;
use crate::macro_support::backoff_arg::{AnyDelays, Given};
use crate::macro_support::closure_end::Ending;
use crate::observe::subject::Name;
use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

/// What becomes of an outcome. Everything is said before `.await`; of what is
/// said twice, the last holds.
impl<'b, Op, Fut, T, E, On, OnOk, Late, Hook, Time, Delays>
    Run<'b, Op, Fut, On, OnOk, Late, Hook, Time, Delays>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    Hook: BeforeRetry,
    Time: Sleeper,
{
    /// Which errors to retry: a function of the error that answers with `bool`
    /// or [`Verdict`](crate::Verdict). It is asked about cut attempts too.
    ///
    /// Left out, `E: `[`Transient`](crate::Transient) classifies itself.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use std::io;
    ///
    /// # async fn read(replica: u32) -> io::Result<&'static str> {
    /// #     if replica > 2 { Ok("row") } else { Err(io::ErrorKind::NotFound.into()) }
    /// # }
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> io::Result<()> {
    /// let row = Policy::DEFAULT
    ///     .run(|attempt| read(attempt.number()))
    ///     .on(|error| error.kind() == io::ErrorKind::NotFound)
    ///     .await?;
    /// assert_eq!(row, "row");
    /// # Ok(()) }
    /// ```
    pub fn on<F, A>(self, predicate: F) -> Run<'b, Op, Fut, By<F>, OnOk, Late, Hook, Time, Delays>
    where
        F: FnMut(&E) -> A,
        A: Answer,
    {
        exchanged!(self, on: By(predicate); on_ok, late, hook, time, delays)
    }

    /// Which responses to retry as well: a function of the response that
    /// answers with `bool` or [`Verdict`](crate::Verdict), `true` for those
    /// that are worth another attempt (Kitex's result retry). When retries end,
    /// the last `Ok` comes back.
    ///
    /// ```
    /// use retry_runtime::Policy;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> std::io::Result<()> {
    /// let status = Policy::DEFAULT
    ///     .run(async |at| std::io::Result::Ok(if at.is_retry() { 200 } else { 503 }))
    ///     .on_ok(|status| *status == 503)
    ///     .await?;
    /// assert_eq!(status, 200);
    /// # Ok(()) }
    /// ```
    pub fn on_ok<F, A>(self, predicate: F) -> Run<'b, Op, Fut, On, By<F>, Late, Hook, Time, Delays>
    where
        F: FnMut(&T) -> A,
        A: Answer,
    {
        exchanged!(self, on_ok: By(predicate); on, late, hook, time, delays)
    }

    /// How an attempt's timeout, or the call's deadline, becomes an error.
    ///
    /// Left out, `E: From<`[`Elapsed`]`>`. Whether a policy has limits is known
    /// only at run time, so one of the two is asked for in any case, or else
    /// [`untimed`](Self::untimed).
    ///
    /// ```
    /// use retry_runtime::{Elapsed, Policy};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let result: Result<(), String> = Policy::DEFAULT
    ///     .deadline(Duration::from_secs(1))
    ///     .run(|_| std::future::pending())
    ///     .on(|_| true)
    ///     .elapsed(|elapsed: Elapsed| elapsed.to_string())
    ///     .await;
    /// assert_eq!(result.unwrap_err(), "the call took longer than its deadline of 1s");
    /// # }
    /// ```
    pub fn elapsed<F>(self, convert: F) -> Run<'b, Op, Fut, On, OnOk, By<F>, Hook, Time, Delays>
    where
        F: FnMut(Elapsed) -> E,
    {
        exchanged!(self, late: By(convert); on, on_ok, hook, time, delays)
    }

    /// Applies neither the policy's `timeout` nor its `deadline`.
    ///
    /// For an error type that cannot be made of an [`Elapsed`], where the
    /// client that is called keeps its own time.
    ///
    /// ```
    /// use retry_runtime::Policy;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let answer = Policy::DEFAULT
    ///     .run(async |_| "42".parse::<u32>())
    ///     .on(|_| false)
    ///     .untimed()
    ///     .await;
    /// assert_eq!(answer, Ok(42));
    /// # }
    /// ```
    pub fn untimed(mut self) -> Run<'b, Op, Fut, On, OnOk, Untimed, Hook, Time, Delays> {
        self.setup.base.policy.timeout = None;
        self.setup.base.policy.deadline = None;
        exchanged!(self, late: Untimed; on, on_ok, hook, time, delays)
    }
}

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
    ) -> Run<'b, Op, Fut, On, OnOk, Late, Hook, Time, IterDelays<I::IntoIter>>
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

    /// What logs and metrics call this call. Left out, the line that calls
    /// [`Policy::run`](crate::Policy::run), such as `src/orders.rs:41`.
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
        self.setup.base.name = Name::written(name);
        self
    }

    /// To whom the call goes, a host or a shard, for logs and metrics. Left out, they
    /// say nothing of it.
    ///
    /// ```
    /// use retry_runtime::Policy;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let host = String::from("orders-7");
    /// Policy::DEFAULT.run(async |_| std::io::Result::Ok(())).target(&host).await
    /// # }
    /// ```
    pub fn target(mut self, target: impl Into<Cow<'b, str>>) -> Self {
        self.setup.base.target = Some(target.into());
        self
    }
}
