//! `policy.run_async(..)`: for `async` closures that lend to their future.

use super::choices::{
    AnyOk, Available, By, Choices, Classify, Convert, Finish, Judge, NoHook, OwnTimer, Sleeper,
    Until,
};
use super::driver::{Base, Circumstances, Next, Setup};
use crate::attempt::{self, Attempt};
use crate::budget::Budget;
use crate::elapsed::Elapsed;
use crate::engine::call::Call;
use crate::engine::chain_stop::Layer;
use crate::engine::into_verdict::IntoVerdict;
use crate::engine::ruling::Facts;
use crate::observe::subject::Name;
use crate::policy::Policy;
use crate::seams::limited_only;
use crate::time::limit::{Deadline, Limit};
use crate::time::timeout::Cut;
use std::fmt::{self, Debug};
use std::panic::Location;

/// One call of an `async` closure: made by [`Policy::run_async`], completed by the methods
/// here, and started by awaiting [`call`](RunAsync::call).
///
/// It means the same by every word as [`Run`](super::Run). The closure may change what it
/// captures and lend it to its future, which [`Policy::run`] cannot express: there, the
/// future could outlive the closure's borrow.
///
/// **In a task that is spawned** the closure has to own what it uses, as an `async move`
/// closure does. rustc cannot see yet that the future of one that borrows is `Send`, and
/// says "implementation of `Send` is not general enough" or "higher-ranked lifetime error".
/// Where it borrows, write an `async fn` under `#[retry]` in its place, inside the task if
/// need be: that one may take `&mut` arguments.
///
/// ```
/// use retry_runtime::{Policy, retry};
/// use std::io;
///
/// # struct Client(u32);
/// # impl Client {
/// #     async fn ping(&mut self) -> io::Result<u32> {
/// #         self.0 += 1;
/// #         if self.0 < 2 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(self.0) }
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let mut client = Client(0);
/// let owned = tokio::spawn(async move {
///     Policy::DEFAULT.run_async(async move |_| client.ping().await).call().await
/// });
/// assert_eq!(owned.await.unwrap().unwrap(), 2);
///
/// let mut client = Client(0);
/// let lent = tokio::spawn(async move {
///     #[retry]
///     async fn ping(client: &mut Client) -> io::Result<u32> {
///         client.ping().await
///     }
///     ping(&mut client).await?;
///     ping(&mut client).await
/// });
/// assert_eq!(lent.await.unwrap().unwrap(), 3);
/// # }
/// ```
///
/// ```
/// use retry_runtime::Policy;
/// use std::io;
///
/// struct Client(u32);
/// impl Client {
///     async fn ping(&mut self) -> io::Result<u32> {
///         self.0 += 1;
///         if self.0 < 2 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(self.0) }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> io::Result<()> {
/// let mut client = Client(0);
/// let pings = Policy::DEFAULT.run_async(async |_| client.ping().await).call().await?;
/// assert_eq!(pings, 2);
/// # Ok(()) }
/// ```
#[must_use = "a run does nothing until `call` is awaited"]
pub struct RunAsync<'b, Op, C = Choices> {
    setup: Setup<'b, Op, C>,
}

impl Policy {
    /// Calls `op` until it succeeds, or until this policy ends its retries: for an `async`
    /// closure that lends what it captures what [`run`](Policy::run) does for others. So a
    /// client can be made anew inside.
    ///
    /// ```
    /// use std::io::{self, ErrorKind};
    ///
    /// use retry_runtime::Policy;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> io::Result<()> {
    /// let mut log = Vec::new();
    /// Policy::DEFAULT
    ///     .run_async(async |at| {
    ///         log.push(at.number());
    ///         if at.is_retry() { Ok(()) } else { Err(io::Error::from(ErrorKind::TimedOut)) }
    ///     })
    ///     .call()
    ///     .await?;
    /// assert_eq!(log, [1, 2]);
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn run_async<Op, T, E>(&self, op: Op) -> RunAsync<'static, Op>
    where
        Op: AsyncFnMut(Attempt) -> Result<T, E>,
    {
        RunAsync {
            setup: Setup {
                base: Base::new(*self, op, Name::line(Location::caller())),
                choices: Choices::DEFAULT,
            },
        }
    }
}

/// What it was told so far, without the closures.
impl<Op, C> Debug for RunAsync<'_, Op, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunAsync")
            .field("policy", &self.setup.base.policy)
            .field("budget", &self.setup.base.budget)
            .field("name", &self.setup.base.name)
            .finish_non_exhaustive()
    }
}

type Lending<On, OnOk, Late> = Choices<On, OnOk, Late, NoHook, OwnTimer>;

/// The same run with other choices.
macro_rules! with {
    ($run:expr, $field:ident: $value:expr; $($same:ident),+) => {{
        let Setup { base, choices } = $run.setup;
        let Choices { $($same,)+ hook, time, delays, kept, told, .. } = choices;
        RunAsync {
            setup: Setup {
                base,
                choices: Choices { $field: $value, $($same,)+ hook, time, delays, kept, told },
            },
        }
    }};
}

impl<'b, Op, T, E, On, OnOk, Late> RunAsync<'b, Op, Lending<On, OnOk, Late>>
where
    Op: AsyncFnMut(Attempt) -> Result<T, E>,
{
    /// Which errors to retry, as in [`Run::on`](super::Run::on).
    ///
    /// ```
    /// # use retry_runtime::{Elapsed, Policy};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let run = Policy::DEFAULT.run_async(async |_| "x".parse::<u32>()).on(|_| false);
    /// assert!(run.elapsed(|_: Elapsed| "".parse::<u32>().unwrap_err()).call().await.is_err());
    /// # }
    /// ```
    pub fn on<F, A>(self, predicate: F) -> RunAsync<'b, Op, Lending<By<F>, OnOk, Late>>
    where
        F: FnMut(&E) -> A,
        A: IntoVerdict,
    {
        with!(self, on: By(predicate); on_ok, late)
    }

    /// Which responses to retry as well, as in [`Run::on_ok`](super::Run::on_ok).
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let run = Policy::DEFAULT.run_async(async |at| std::io::Result::Ok(at.number()));
    /// assert_eq!(run.on_ok(|number| *number < 2).call().await.unwrap(), 2);
    /// # }
    /// ```
    pub fn on_ok<F, A>(self, predicate: F) -> RunAsync<'b, Op, Lending<On, By<F>, Late>>
    where
        F: FnMut(&T) -> A,
        A: IntoVerdict,
    {
        with!(self, on_ok: By(predicate); on, late)
    }

    /// How time that ran out becomes an error, as in [`Run::elapsed`](super::Run::elapsed).
    ///
    /// ```
    /// # use retry_runtime::{Elapsed, Policy};
    /// # use std::time::Duration;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let outcome: Result<(), String> = Policy::DEFAULT
    ///     .with_deadline(Duration::from_secs(1))
    ///     .run_async(async |_| std::future::pending().await)
    ///     .on(|_| true)
    ///     .elapsed(|elapsed: Elapsed| elapsed.to_string())
    ///     .call()
    ///     .await;
    /// assert_eq!(outcome.unwrap_err(), "the call took longer than its deadline of 1s");
    /// # }
    /// ```
    pub fn elapsed<F>(self, convert: F) -> RunAsync<'b, Op, Lending<On, OnOk, By<F>>>
    where
        F: FnMut(Elapsed) -> E,
    {
        with!(self, late: By(convert); on, on_ok)
    }

    /// The budget that pays for the retries, as in [`Run::budget`](super::Run::budget).
    ///
    /// ```
    /// # use retry_runtime::{Budget, Policy};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let budget = Budget::standard();
    /// let run = Policy::DEFAULT.run_async(async |_| std::io::Result::Ok(1));
    /// assert_eq!(run.budget(&budget).call().await.unwrap(), 1);
    /// # }
    /// ```
    pub fn budget(mut self, budget: &'b Budget) -> Self {
        self.setup.base.budget = Some(budget);
        self
    }

    /// What logs and metrics call this call. Left out, the line that makes it.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let run = Policy::DEFAULT.run_async(async |_| std::io::Result::Ok(1)).name("Orders.Place");
    /// assert_eq!(run.call().await.unwrap(), 1);
    /// # }
    /// ```
    pub fn name(mut self, name: &'static str) -> Self {
        self.setup.base.name = Name::written(name);
        self
    }
}

impl<Op, T, E, On, OnOk, Late, Time> RunAsync<'_, Op, Choices<On, OnOk, Late, NoHook, Time>>
where
    Op: AsyncFnMut(Attempt) -> Result<T, E>,
{
    /// Makes the call.
    ///
    /// # Errors
    ///
    /// The last attempt's error, where retries end.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let run = Policy::DEFAULT.run_async(async |_| std::io::Result::Ok(1));
    /// assert_eq!(run.call().await.unwrap(), 1);
    /// # }
    /// ```
    pub async fn call(self) -> Result<T, E>
    where
        On: Classify<E>,
        OnOk: Judge<T> + Finish<T, E>,
        Late: Convert<E>,
        Time: Sleeper + Available,
    {
        let Setup {
            mut base,
            mut choices,
        } = self.setup;
        base.begin(Facts::of_run(Late::TIMED, Late::TIMED));
        let deadline = base.policy.deadline.map(Deadline::after);
        let retry_until = base.policy.retry_for.map(Deadline::after);
        let (seed, mut call) = (attempt::seed(), Call::new());
        loop {
            let fault = call.begins(|| base.name);
            let limit = Limit::of(base.policy.timeout, deadline);
            let limit = limited_only(limit, &fault);
            let attempt = call.attempt(seed, limit);
            let running = Layer::new(base.scope(&call), (base.op)(attempt));
            let (outcome, cut) =
                match Cut::new(running, limit, |wait| choices.time.sleep(wait)).await {
                    Ok(outcome) => (outcome, None),
                    Err(elapsed) => match choices.late.error(elapsed, || None) {
                        Some(error) => (Err(error), Some(elapsed)),
                        // Not reached: a limit that has cut can become an error.
                        None => continue,
                    },
                };
            let moment = Circumstances {
                attempt,
                cut,
                deadline,
                retry_until,
            };
            match choices.decide(base.terms(), &mut call, outcome, moment) {
                Next::Over(outcome) => return outcome,
                Next::Wait(wait) => {
                    let mut token = base.token(&call);
                    if !wait.is_zero() {
                        choices.time.sleep(wait).await;
                    }
                    token.spend();
                }
            }
        }
    }
}

impl<'b, Op, T, E, On, Late> RunAsync<'b, Op, Lending<On, AnyOk, Late>>
where
    Op: AsyncFnMut(Attempt) -> Result<T, E>,
{
    /// Asks again until the predicate says `true`, as in [`Run::until`](super::Run::until):
    /// at its end the last response comes back.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let run = Policy::DEFAULT.run_async(async |at| std::io::Result::Ok(at.number()));
    /// assert_eq!(run.until(|number| *number == 3).call().await.unwrap(), 3);
    /// # }
    /// ```
    pub fn until<F>(self, predicate: F) -> RunAsync<'b, Op, Lending<On, Until<F>, Late>>
    where
        F: FnMut(&T) -> bool,
    {
        with!(self, on_ok: Until(predicate, AnyOk); on, late)
    }
}
