//! What a run can be told before it is awaited.

#![allow(
    clippy::type_complexity,
    reason = "each method names the run that it makes, and nobody else has to"
)]

use super::choices::{AnyOk, BeforeRetry, By, ByWith, Choices, HookWith, Sleeper, Until, Untimed};
use super::driver::Setup;
use super::progress::Progress;
use super::{AttemptFuture, Run};
use crate::attempt::Attempt;
use crate::budget::Budget;
use crate::elapsed::Elapsed;
use crate::engine::delays::IterDelays;
use crate::engine::into_verdict::IntoVerdict;
use crate::engine::kept_errors::KeptErrors;
use crate::failure::Failure;
use crate::macro_support::backoff_arg::{AnyDelays, Given};
use crate::macro_support::closure_end::HookEnd;
use crate::observe::subject::Name;
use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;
use std::time::Duration;

/// `with!(run, field: value; kept, ..)`: the run with another value in that
/// field, and so of another type, which struct update cannot write.
macro_rules! with {
    ($run:expr, $($field:ident: $value:expr),+; $($same:ident),+) => {{
        let Setup { base, choices } = $run.setup;
        let Choices { $($same,)+ .. } = choices;
        Run {
            setup: Setup {
                base,
                choices: Choices { $($field: $value,)+ $($same),+ },
            },
            state: Progress::new(),
        }
    }};
}

/// What becomes of an outcome. Everything is said before `.await`; of what is
/// said twice, the last holds.
impl<'b, Op, Fut, On, OnOk, Late, Hook, Time, Delays, Keep, Told>
    Run<'b, Op, Fut, Choices<On, OnOk, Late, Hook, Time, Delays, Keep, Told>>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: AttemptFuture,
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
    pub fn on<F, A>(
        self,
        predicate: F,
    ) -> Run<'b, Op, Fut, Choices<By<F>, OnOk, Late, Hook, Time, Delays, Keep, Told>>
    where
        F: FnMut(&Fut::Err) -> A,
        A: IntoVerdict,
    {
        with!(self, on: By(predicate); on_ok, late, hook, time, delays, kept, told)
    }

    /// [`on`](Self::on) with the [`Attempt`] that failed beside its error: for a
    /// judgement that depends on its number.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use std::io;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let mut attempts = 0;
    /// let _: io::Result<()> = Policy::DEFAULT
    ///     .run(|_| {
    ///         attempts += 1;
    ///         async { Err(io::ErrorKind::NotFound.into()) }
    ///     })
    ///     .on_attempt(|_, attempt| attempt.number() < 2)
    ///     .await;
    /// assert_eq!(attempts, 2);
    /// # }
    /// ```
    pub fn on_attempt<F, A>(
        self,
        predicate: F,
    ) -> Run<'b, Op, Fut, Choices<ByWith<F>, OnOk, Late, Hook, Time, Delays, Keep, Told>>
    where
        F: FnMut(&Fut::Err, Attempt) -> A,
        A: IntoVerdict,
    {
        with!(self, on: ByWith(predicate); on_ok, late, hook, time, delays, kept, told)
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
    pub fn on_ok<F, A>(
        self,
        predicate: F,
    ) -> Run<'b, Op, Fut, Choices<On, By<F>, Late, Hook, Time, Delays, Keep, Told>>
    where
        F: FnMut(&Fut::Ok) -> A,
        A: IntoVerdict,
    {
        with!(self, on_ok: By(predicate); on, late, hook, time, delays, kept, told)
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
    ///     .with_deadline(Duration::from_secs(1))
    ///     .run(|_| std::future::pending())
    ///     .on(|_| true)
    ///     .elapsed(|elapsed: Elapsed| elapsed.to_string())
    ///     .await;
    /// assert_eq!(result.unwrap_err(), "the call took longer than its deadline of 1s");
    /// # }
    /// ```
    pub fn elapsed<F>(
        self,
        convert: F,
    ) -> Run<'b, Op, Fut, Choices<On, OnOk, By<F>, Hook, Time, Delays, Keep, Told>>
    where
        F: FnMut(Elapsed) -> Fut::Err,
    {
        with!(self, late: By(convert); on, on_ok, hook, time, delays, kept, told)
    }

    /// [`elapsed`](Self::elapsed) with the latest error that no limit made, if there was
    /// one: what the call would have failed with. It is kept only where this is said.
    ///
    /// ```
    /// use retry_runtime::{Elapsed, Policy};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let result: Result<(), String> = Policy::DEFAULT
    ///     .with_deadline(Duration::from_secs(1))
    ///     .run(async |at| {
    ///         if at.is_retry() {
    ///             std::future::pending().await
    ///         }
    ///         Err(String::from("shard 7 is read-only"))
    ///     })
    ///     .on(|_| true)
    ///     .elapsed_with(|elapsed: Elapsed, last: Option<String>| {
    ///         format!("{elapsed}, after: {}", last.unwrap_or_default())
    ///     })
    ///     .await;
    /// assert_eq!(
    ///     result.unwrap_err(),
    ///     "the call took longer than its deadline of 1s, after: shard 7 is read-only"
    /// );
    /// # }
    /// ```
    pub fn elapsed_with<F>(
        self,
        convert: F,
    ) -> Run<
        'b,
        Op,
        Fut,
        Choices<On, OnOk, ByWith<F>, Hook, Time, Delays, KeptErrors<Fut::Err>, Told>,
    >
    where
        F: FnMut(Elapsed, Option<Fut::Err>) -> Fut::Err,
    {
        with!(self, late: ByWith(convert), kept: KeptErrors::of(PhantomData); on, on_ok, hook, time, delays, told)
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
    pub fn untimed(
        mut self,
    ) -> Run<'b, Op, Fut, Choices<On, OnOk, Untimed, Hook, Time, Delays, Keep, Told>> {
        self.setup.base.policy.timeout = None;
        self.setup.base.policy.deadline = None;
        with!(self, late: Untimed; on, on_ok, hook, time, delays, kept, told)
    }
}

/// Between the attempts.
impl<'b, Op, Fut, On, OnOk, Late, Hook, Time, Delays, Keep, Told>
    Run<'b, Op, Fut, Choices<On, OnOk, Late, Hook, Time, Delays, Keep, Told>>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: AttemptFuture,
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
    ) -> Run<'b, Op, Fut, Choices<On, OnOk, Late, By<F>, Time, Delays, Keep, Told>>
    where
        F: FnMut(Attempt) -> H,
        H: Future,
        H::Output: HookEnd<Fut::Err>,
    {
        with!(self, hook: By(hook); on, on_ok, late, time, delays, kept, told)
    }

    /// [`before_retry`](Self::before_retry) with the error that the retry comes after;
    /// `None` after a response that was judged like a failure.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use std::io;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> io::Result<()> {
    /// let mut seen = Vec::new();
    /// Policy::DEFAULT
    ///     .run(async |at| {
    ///         if at.is_retry() { Ok(()) } else { Err(io::Error::from(io::ErrorKind::TimedOut)) }
    ///     })
    ///     .before_retry_with(|_, error| {
    ///         seen.extend(error.map(|error| error.kind()));
    ///         async {}
    ///     })
    ///     .await?;
    /// assert_eq!(seen, [io::ErrorKind::TimedOut]);
    /// # Ok(()) }
    /// ```
    pub fn before_retry_with<F, H>(
        self,
        hook: F,
    ) -> Run<
        'b,
        Op,
        Fut,
        Choices<On, OnOk, Late, HookWith<F, H>, Time, Delays, KeptErrors<Fut::Err>, Told>,
    >
    where
        F: FnMut(Attempt, Option<&mut Fut::Err>) -> H,
        H: Future,
        H::Output: HookEnd<Fut::Err>,
    {
        with!(self, hook: HookWith(hook, PhantomData), kept: KeptErrors::of(PhantomData);
            on, on_ok, late, time, delays, told)
    }

    /// What to call after a failed attempt that will be retried, before the wait: for
    /// logs and counts of your own. It is not called for a poll's "not yet", nor for the
    /// last attempt.
    ///
    /// ```
    /// use retry_runtime::Policy;
    /// use std::io;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let mut failed = Vec::new();
    /// let _: io::Result<()> = Policy::DEFAULT
    ///     .run(async |_| Err(io::ErrorKind::TimedOut.into()))
    ///     .notify(|failure| failed.push(failure.attempt()))
    ///     .await;
    /// assert_eq!(failed, [1, 2, 3]);
    /// # }
    /// ```
    pub fn notify<F>(
        self,
        told: F,
    ) -> Run<'b, Op, Fut, Choices<On, OnOk, Late, Hook, Time, Delays, Keep, By<F>>>
    where
        F: FnMut(Failure<'_, Fut::Err>),
    {
        with!(self, told: By(told); on, on_ok, late, hook, time, delays, kept)
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
    ///     .with_jitter(Jitter::NONE)
    ///     .run(async |_| Err(std::io::ErrorKind::TimedOut.into()))
    ///     .sleep(|wait| {
    ///         waits.push(wait.as_millis());
    ///         std::future::ready(())
    ///     })
    ///     .await;
    /// assert_eq!(waits, [100, 150, 225]);
    /// # }
    /// ```
    pub fn sleep<F, S>(
        self,
        sleep: F,
    ) -> Run<'b, Op, Fut, Choices<On, OnOk, Late, Hook, By<F>, Delays, Keep, Told>>
    where
        F: FnMut(Duration) -> S,
        S: Future,
    {
        with!(self, time: By(sleep); on, on_ok, late, hook, delays, kept, told)
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
    ) -> Run<'b, Op, Fut, Choices<On, OnOk, Late, Hook, Time, IterDelays<I::IntoIter>, Keep, Told>>
    where
        I: IntoIterator<Item = Duration>,
    {
        with!(self, delays: Given(delays).__delays(); on, on_ok, late, hook, time, kept, told)
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

/// Polls.
impl<'b, Op, Fut, On, Late, Hook, Time, Delays, Keep, Told>
    Run<'b, Op, Fut, Choices<On, AnyOk, Late, Hook, Time, Delays, Keep, Told>>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: AttemptFuture,
    Hook: BeforeRetry,
    Time: Sleeper,
{
    /// Asks again until the predicate says `true` of the response.
    ///
    /// **At its end, by `max`, `retry_for` or the deadline, the last response comes back
    /// as it is**: say [`unfinished`](Run::unfinished) to make an error of it.
    ///
    /// "Not yet" is no failure: it takes nothing from the budget, is logged at DEBUG, and
    /// an attempt after it is a first attempt to the retried calls inside. It counts
    /// towards `max`. Errors are retried as ever. For responses that are failures there
    /// is [`on_ok`](Run::on_ok).
    ///
    /// ```
    /// use retry_runtime::{Backoff, Policy};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let every_second = Policy::DEFAULT.with_max(60).with_backoff(Backoff::fixed(Duration::from_secs(1))?);
    /// let state = every_second
    ///     .run(async |at| std::io::Result::Ok(if at.number() < 9 { "running" } else { "done" }))
    ///     .until(|state| *state == "done")
    ///     .await?;
    /// assert_eq!(state, "done");
    /// # Ok(()) }
    /// ```
    pub fn until<F>(
        self,
        predicate: F,
    ) -> Run<'b, Op, Fut, Choices<On, Until<F>, Late, Hook, Time, Delays, Keep, Told>>
    where
        F: FnMut(&Fut::Ok) -> bool,
    {
        with!(self, on_ok: Until(predicate, AnyOk); on, late, hook, time, delays, kept, told)
    }
}

/// The end of polls.
impl<'b, Op, Fut, On, P, Late, Hook, Time, Delays, Keep, Told>
    Run<'b, Op, Fut, Choices<On, Until<P>, Late, Hook, Time, Delays, Keep, Told>>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: AttemptFuture,
    Hook: BeforeRetry,
    Time: Sleeper,
{
    /// Makes an error of the last response of a poll that came to its end without the
    /// one that it was made for.
    ///
    /// ```
    /// use retry_runtime::Policy;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let outcome = Policy::DEFAULT
    ///     .run(async |_| std::io::Result::Ok("running"))
    ///     .until(|state| *state == "done")
    ///     .unfinished(|state| std::io::Error::other(format!("still {state}")))
    ///     .await;
    /// assert_eq!(outcome.unwrap_err().to_string(), "still running");
    /// # }
    /// ```
    pub fn unfinished<F>(
        self,
        error: F,
    ) -> Run<'b, Op, Fut, Choices<On, Until<P, By<F>>, Late, Hook, Time, Delays, Keep, Told>>
    where
        F: FnMut(Fut::Ok) -> Fut::Err,
    {
        let Setup { base, choices } = self.setup;
        let Until(predicate, _) = choices.on_ok;
        let choices = Choices {
            on_ok: Until(predicate, By(error)),
            on: choices.on,
            late: choices.late,
            hook: choices.hook,
            time: choices.time,
            delays: choices.delays,
            kept: choices.kept,
            told: choices.told,
        };
        Run {
            setup: Setup { base, choices },
            state: Progress::new(),
        }
    }
}
