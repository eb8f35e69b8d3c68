//! What a run can be told of outcomes.

use super::Run;
use super::choices::{BeforeRetry, By, Sleeper, Untimed};
use super::setup::{Setup, exchanged};
use crate::predicate::Answer;
use crate::{Attempt, Elapsed};
use std::future::Future;

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
