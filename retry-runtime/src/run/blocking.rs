//! `policy.run_blocking(..)`: for closures without a future.

use super::choices::{AnyOk, By, Choices, Classify, Finish, Judge, NoHook, Until};
use super::driver::{Base, Circumstances, Next, Setup};
use crate::attempt::{self, Attempt};
use crate::budget::Budget;
use crate::engine::call::Call;
use crate::engine::chain_stop::layer_sync;
use crate::engine::delays::{DelaySource, IterDelays};
use crate::engine::into_verdict::IntoVerdict;
use crate::engine::ruling::Facts;
use crate::macro_support::backoff_arg::{AnyDelays, Given};
use crate::observe::subject::Name;
use crate::policy::Policy;
use crate::time::limit::{Deadline, Limit};
use std::fmt::{self, Debug};
use std::panic::Location;
use std::time::Duration;

/// One call of a closure without a future: made by [`Policy::run_blocking`], completed
/// by the methods here, and made by [`call`](RunBlocking::call).
///
/// It means the same by every word as [`Run`](super::Run), but for time: nothing can cut
/// a closure that blocks. The policy's `timeout` is **not applied**; after its `deadline`
/// no retry starts.
///
/// ```
/// use retry_runtime::Policy;
/// use std::fs;
///
/// # fn main() -> std::io::Result<()> {
/// let manifest = Policy::DEFAULT
///     .run_blocking(|_| fs::read_to_string("Cargo.toml"))
///     .on(|error| error.kind() == std::io::ErrorKind::WouldBlock)
///     .call()?;
/// assert!(manifest.contains("[package]"));
/// # Ok(()) }
/// ```
#[must_use = "a run does nothing until `call`"]
pub struct RunBlocking<'b, Op, C = Choices> {
    setup: Setup<'b, Op, C>,
    sleep: fn(Duration),
}

impl Policy {
    /// Calls `op` until it succeeds, or until this policy ends its retries: for a closure
    /// that returns its `Result` itself what [`run`](Policy::run) does for one that
    /// returns a future. It blocks the thread between attempts.
    ///
    /// ```
    /// use retry_runtime::{Backoff, Policy};
    ///
    /// let mut attempts = 0;
    /// let outcome: std::io::Result<u32> = Policy::DEFAULT
    ///     .with_backoff(Backoff::none())
    ///     .run_blocking(|_| {
    ///         attempts += 1;
    ///         if attempts < 3 { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(attempts) }
    ///     })
    ///     .call();
    /// assert_eq!(outcome.unwrap(), 3);
    /// ```
    #[track_caller]
    pub fn run_blocking<Op, T, E>(&self, op: Op) -> RunBlocking<'static, Op>
    where
        Op: FnMut(Attempt) -> Result<T, E>,
    {
        RunBlocking {
            setup: Setup {
                base: Base::new(*self, op, Name::line(Location::caller())),
                choices: Choices::DEFAULT,
            },
            sleep: crate::seams::sleep_sync,
        }
    }
}

/// What it was told so far, without the closures.
impl<Op, C> Debug for RunBlocking<'_, Op, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunBlocking")
            .field("policy", &self.setup.base.policy)
            .field("budget", &self.setup.base.budget)
            .field("name", &self.setup.base.name)
            .finish_non_exhaustive()
    }
}

type Blocking<On, OnOk, Delays> =
    Choices<On, OnOk, super::choices::ByFrom, NoHook, super::choices::OwnTimer, Delays>;

/// The same run with other choices.
macro_rules! with {
    ($run:expr, $field:ident: $value:expr; $($same:ident),+) => {{
        let RunBlocking { setup: Setup { base, choices }, sleep } = $run;
        let Choices { $($same,)+ late, hook, time, kept, told, .. } = choices;
        RunBlocking {
            setup: Setup {
                base,
                choices: Choices { $field: $value, $($same,)+ late, hook, time, kept, told },
            },
            sleep,
        }
    }};
}

impl<'b, Op, T, E, On, OnOk, Delays> RunBlocking<'b, Op, Blocking<On, OnOk, Delays>>
where
    Op: FnMut(Attempt) -> Result<T, E>,
{
    /// Which errors to retry, as in [`Run::on`](super::Run::on).
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// let outcome = Policy::DEFAULT.run_blocking(|_| "x".parse::<u32>()).on(|_| false).call();
    /// assert!(outcome.is_err());
    /// ```
    pub fn on<F, A>(self, predicate: F) -> RunBlocking<'b, Op, Blocking<By<F>, OnOk, Delays>>
    where
        F: FnMut(&E) -> A,
        A: IntoVerdict,
    {
        with!(self, on: By(predicate); on_ok, delays)
    }

    /// Which responses to retry as well, as in [`Run::on_ok`](super::Run::on_ok).
    ///
    /// ```
    /// # use retry_runtime::{Backoff, Policy};
    /// let number = Policy::DEFAULT
    ///     .with_backoff(Backoff::none())
    ///     .run_blocking(|at| std::io::Result::Ok(at.number()))
    ///     .on_ok(|number| *number < 2)
    ///     .call();
    /// assert_eq!(number.unwrap(), 2);
    /// ```
    pub fn on_ok<F, A>(self, predicate: F) -> RunBlocking<'b, Op, Blocking<On, By<F>, Delays>>
    where
        F: FnMut(&T) -> A,
        A: IntoVerdict,
    {
        with!(self, on_ok: By(predicate); on, delays)
    }

    /// The delays one by one, as in [`Run::backoff`](super::Run::backoff).
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// let outcome: std::io::Result<()> = Policy::DEFAULT
    ///     .run_blocking(|_| Err(std::io::ErrorKind::TimedOut.into()))
    ///     .backoff([Duration::from_millis(1)])
    ///     .call();
    /// assert!(outcome.is_err());
    /// ```
    pub fn backoff<I>(
        self,
        delays: I,
    ) -> RunBlocking<'b, Op, Blocking<On, OnOk, IterDelays<I::IntoIter>>>
    where
        I: IntoIterator<Item = Duration>,
    {
        with!(self, delays: Given(delays).__delays(); on, on_ok)
    }

    /// The budget that pays for the retries, as in [`Run::budget`](super::Run::budget).
    ///
    /// ```
    /// # use retry_runtime::{Budget, Policy};
    /// let budget = Budget::standard().reserve(0);
    /// let mut attempts = 0;
    /// let outcome: std::io::Result<()> = Policy::DEFAULT
    ///     .run_blocking(|_| {
    ///         attempts += 1;
    ///         Err(std::io::ErrorKind::TimedOut.into())
    ///     })
    ///     .budget(&budget)
    ///     .call();
    /// assert!(outcome.is_err());
    /// assert_eq!(attempts, 1);
    /// ```
    pub fn budget(mut self, budget: &'b Budget) -> Self {
        self.setup.base.budget = Some(budget);
        self
    }

    /// What logs and metrics call this call. Left out, the line that makes it.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// let run = Policy::DEFAULT.run_blocking(|_| std::io::Result::Ok(1)).name("Orders.Place");
    /// assert_eq!(run.call().unwrap(), 1);
    /// ```
    pub fn name(mut self, name: &'static str) -> Self {
        self.setup.base.name = Name::written(name);
        self
    }

    /// Another function that waits. Left out, [`std::thread::sleep`].
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// let outcome: std::io::Result<()> = Policy::DEFAULT
    ///     .run_blocking(|_| Err(std::io::ErrorKind::TimedOut.into()))
    ///     .sleep(|_| ())
    ///     .call();
    /// assert!(outcome.is_err());
    /// ```
    pub fn sleep(mut self, sleep: fn(Duration)) -> Self {
        self.sleep = sleep;
        self
    }

    /// Makes the call.
    ///
    /// # Errors
    ///
    /// The last attempt's error, where retries end.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// assert_eq!(Policy::DEFAULT.run_blocking(|_| std::io::Result::Ok(1)).call().unwrap(), 1);
    /// ```
    pub fn call(self) -> Result<T, E>
    where
        On: Classify<E>,
        OnOk: Judge<T> + Finish<T, E>,
        Delays: DelaySource,
    {
        let Setup {
            mut base,
            mut choices,
        } = self.setup;
        // Nothing can cut a closure that blocks, but after the deadline no retry starts.
        base.begin(Facts::of_run(false, true));
        let deadline = base.policy.deadline.map(Deadline::after);
        let retry_until = base.policy.retry_for.map(Deadline::after);
        let (seed, mut call) = (attempt::seed(), Call::new());
        loop {
            // Nothing cuts a closure that blocks, in a test neither.
            call.begins(|| base.name).without_type();
            let attempt = call.attempt(seed, Limit::of(None, deadline));
            let outcome = layer_sync(base.scope(&call), || (base.op)(attempt));
            let moment = Circumstances {
                attempt,
                cut: None,
                deadline,
                retry_until,
            };
            match choices.decide(base.terms(), &mut call, outcome, moment) {
                Next::Over(outcome) => return outcome,
                Next::Wait(wait) => {
                    let mut token = base.token(&call);
                    if !wait.is_zero() {
                        (self.sleep)(wait);
                    }
                    token.spend();
                }
            }
        }
    }
}

impl<'b, Op, T, E, On, Delays> RunBlocking<'b, Op, Blocking<On, AnyOk, Delays>>
where
    Op: FnMut(Attempt) -> Result<T, E>,
{
    /// Asks again until the predicate says `true`, as in [`Run::until`](super::Run::until):
    /// at its end the last response comes back.
    ///
    /// ```
    /// # use retry_runtime::{Backoff, Policy};
    /// let number = Policy::DEFAULT
    ///     .with_backoff(Backoff::none())
    ///     .run_blocking(|at| std::io::Result::Ok(at.number()))
    ///     .until(|number| *number == 3)
    ///     .call();
    /// assert_eq!(number.unwrap(), 3);
    /// ```
    pub fn until<F>(self, predicate: F) -> RunBlocking<'b, Op, Blocking<On, Until<F>, Delays>>
    where
        F: FnMut(&T) -> bool,
    {
        with!(self, on_ok: Until(predicate, AnyOk); on, delays)
    }
}
