//! How many retries a client may add to the load of a service.

mod account;
mod rules;
#[cfg(feature = "tracing")]
mod stretch;
#[cfg(test)]
mod tests;
mod traffic;
mod words;

use std::time::Duration;

use crate::sync::{self, AtomicU32, RwLock};
use retry_words::InvalidPolicy;

use account::Account;
use rules::{BudgetRules, Share};
#[cfg(feature = "tracing")]
pub(crate) use stretch::Refusal;

/// How many retries may go to a service: what its successes pay for, plus a reserve.
///
/// Tokens are counted. What comes and goes:
///
/// | what happens | tokens | |
/// | --- | --- | --- |
/// | a call succeeds | + 0.15 | a share of the successes; what is beyond the reserve fades with a time constant of 10 s |
/// | an attempt fails, the first one too | − 1 | nothing for a request that was [not sent](crate::Verdict::not_sent), for a failure that [does not speak against the service](crate::Verdict::against_service), for a [permanent](crate::Verdict::permanent) answer, and before the first success |
/// | a retry or a hedge starts | − 1 | not without a whole token |
/// | a retry succeeds | + 2 | for the failure before it and for itself; + 5 where that was a [time-out](crate::Verdict::timed_out), nothing where it said [overloaded](crate::Verdict::overloaded) |
///
/// The reserve of 10 tokens is full at the start and refilled by successes alone,
/// without fading. So a service that fails now and then is retried freely, and so is
/// one half of whose nodes are dead or hang, since a retry that helps pays for itself.
/// A service that is down, or has too much to do, is sent what is left of the reserve
/// and nothing more: no retry storm.
///
/// A budget holds back retries and hedges. It never holds back a first attempt.
///
/// | figure | default | set by |
/// | --- | --- | --- |
/// | share of the successes | 15 % | [`new`](Self::new) |
/// | reserve, in tokens | 10, or twice the policy's `max` where that is more, up to 200 | [`reserve`](Self::reserve) |
/// | tokens a second without any success | 0 | [`per_second`](Self::per_second) |
/// | window | 10 s, as in Finagle | [`window`](Self::window) |
///
/// Where it comes from: successes earn, not requests or time, as in gRPC A6 and the
/// AWS SDKs, since neither of those stops in an outage. Each failure costs, as in gRPC
/// A6. A retry that succeeds gets back what it took, as in the AWS SDKs. That a failure
/// tells by itself whether the service is overloaded is the idea of `MongoDB`'s drivers
/// (DRIVERS-3240). The figures are measured: `guide::outage` shows how.
///
/// # Scope
///
/// One budget stands for one service, or better one host of it. All that call
/// it share the budget by reference. A field of the client is the best place:
///
/// ```
/// use retry_runtime::Budget;
///
/// struct UserClient {
///     host: String,
///     budget: Budget,
/// }
///
/// impl UserClient {
///     fn new(host: &str) -> Self {
///         Self { host: host.to_owned(), budget: Budget::standard() }
///     }
///     // Its methods carry #[retry(budget = &self.budget)].
/// }
/// # assert_eq!(UserClient::new("a").host, "a");
/// # assert_eq!(UserClient::new("a").budget.level(), 10.0);
/// ```
///
/// The constructors are `const`, so a static works too:
///
/// ```
/// use retry_runtime::Budget;
///
/// static USERS: Budget = Budget::standard().reserve(20);
///
/// static ORDERS: Budget = match Budget::new(5) {
///     Ok(budget) => budget.reserve(7),
///     Err(_) => panic!("the percentage must be 1 to 100"),
/// };
/// # assert_eq!(USERS.level(), 20.0);
/// # assert_eq!(ORDERS.level(), 7.0);
/// ```
///
/// One budget a layer: where a retried function calls another one and both have the
/// same budget, one request that fails for good is a failed attempt to both, so it
/// takes two tokens, and one that succeeds earns twice the share.
///
/// # By hand
///
/// The attribute asks and reports by itself. A loop written by hand does it so:
///
/// ```
/// use retry_runtime::{Budget, Verdict};
///
/// fn fetch(
///     budget: &Budget,
///     mut call: impl FnMut() -> Result<u32, Verdict>,
/// ) -> Result<u32, Verdict> {
///     let max = 3;
///     let mut retries = 0;
///     // What the failure before this attempt said.
///     let mut failed = None;
///     loop {
///         match call() {
///             Ok(value) => {
///                 budget.record_success();
///                 if let Some(verdict) = failed {
///                     budget.record_mended(verdict);
///                 }
///                 return Ok(value);
///             }
///             Err(verdict) => {
///                 budget.record_failure(verdict);
///                 if !verdict.is_retryable() || retries == max || !budget.try_retry(max) {
///                     return Err(verdict);
///                 }
///                 retries += 1;
///                 failed = Some(verdict);
///             }
///         }
///     }
/// }
///
/// let budget = Budget::standard();
/// assert_eq!(fetch(&budget, || Ok(1)), Ok(1));
/// let mut answers = [Ok(2), Err(Verdict::transient())].to_vec();
/// assert_eq!(fetch(&budget, || answers.pop().unwrap()), Ok(2));
/// assert!(budget.level() >= 10.0);
///
/// // Of a dead service three retries are made, then one, then none.
/// for requests in [4, 2, 1] {
///     let mut made = 0;
///     let outcome = fetch(&budget, || {
///         made += 1;
///         Err(Verdict::transient())
///     });
///     assert_eq!((outcome, made), (Err(Verdict::transient()), requests));
/// }
/// ```
///
/// # Cost
///
/// A success at the first attempt is one relaxed atomic addition. Clock, arithmetic
/// and lock are touched only where an attempt has failed. A budget is one cache line
/// of 64 bytes, counter and account together, and shares it with nothing else: the
/// fields beside it in a client are read on every call and would suffer from
/// the counter's writes, whereas the account is written once or twice a failure,
/// which has a round trip before it and mostly a wait after it.
#[derive(Debug)]
#[repr(align(64))]
pub struct Budget {
    /// Wraps. More than 2^32 successes between two looks count as fewer, never
    /// as more.
    successes: AtomicU32,
    rules: BudgetRules,
    account: RwLock<Account>,
    #[cfg(feature = "testing")]
    pub(crate) identity: crate::seams::Identity,
}

impl Budget {
    sync::const_fn! {
        /// Successes earn `percent` % of a token, 1 to 100. The other figures are the defaults.
        ///
        /// # Errors
        ///
        /// `percent` is not in 1..=100. To have no budget, write `budget = none` in the attribute.
        ///
        /// ```
        /// use retry_runtime::Budget;
        ///
        /// let budget = Budget::new(30)?;
        /// assert!(Budget::new(0).is_err());
        /// assert!(Budget::new(101).is_err());
        /// # drop(budget);
        /// # Ok::<(), retry_runtime::InvalidPolicy>(())
        /// ```
        pub const fn new(percent: u32) -> Result<Self, InvalidPolicy> {
            match Share::STANDARD.with_percent(percent) {
                Ok(share) => Ok(Self::from_rules(BudgetRules::Share(share))),
                Err(error) => Err(error),
            }
        }
    }

    sync::const_fn! {
        /// The default budget: 15 % of the successes of the last 10 s, plus a reserve of 10 tokens.
        ///
        /// ```
        /// use retry_runtime::Budget;
        ///
        /// static BUDGET: Budget = Budget::standard();
        /// assert!(BUDGET.try_retry(3));
        /// ```
        #[must_use]
        pub const fn standard() -> Self {
            Self::from_rules(BudgetRules::Share(Share::STANDARD))
        }
    }

    sync::const_fn! {
        /// A new budget with the figures of `other`, and nothing spent yet: one for each
        /// host, say, after one that is configured.
        ///
        /// ```
        /// use retry_runtime::Budget;
        ///
        /// let configured = Budget::new(30)?.reserve(20);
        /// assert!(configured.try_retry(3));
        /// let of_this_host = Budget::like(&configured);
        /// assert_eq!(of_this_host.level(), 20.0);
        /// # Ok::<(), retry_runtime::InvalidPolicy>(())
        /// ```
        #[must_use]
        pub const fn like(other: &Self) -> Self {
            Self::from_rules(other.rules)
        }
    }

    sync::const_fn! {
        /// gRPC A6's throttle: full at `max_tokens`, and never above. A failure takes a
        /// token, a success earns `earned` thousandths of one, and a retry, which takes
        /// nothing, is made while more than half of the tokens are there.
        #[cfg(feature = "service-config")]
        pub(crate) const fn throttle(max_tokens: u16, earned: u32) -> Self {
            Self::from_rules(BudgetRules::Throttle(rules::Throttle::new(max_tokens, earned)))
        }
    }

    /// The reserve, in tokens: full at the start, refilled by successes. Default 10.
    ///
    /// A retry takes one, and so does the failure before it: three retries of a call
    /// that goes on failing take six. It counts as no less than twice the `max` of the
    /// policies that ask, up to 200, so that a single call can make all its retries.
    /// The first policy that asks finds that much; what a later one with a larger `max`
    /// adds is filled by successes. A reserve of 0 is exactly that.
    ///
    /// A process that has seen no success yet pays for its retries alone, and its reserve
    /// is no less than three times `max`, up to 200: so the first three calls can make all
    /// their retries.
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// let retries = |budget: Budget, max| (0..1000).filter(|_| budget.try_retry(max)).count();
    /// assert_eq!(retries(Budget::standard().reserve(20), 3), 20);
    /// assert_eq!(retries(Budget::standard().reserve(2), 3), 9);
    /// assert_eq!(retries(Budget::standard().reserve(0), 3), 0);
    /// ```
    #[must_use]
    pub const fn reserve(mut self, tokens: u32) -> Self {
        if let BudgetRules::Share(share) = self.rules {
            self.rules = BudgetRules::Share(share.with_reserve(tokens));
        }
        self
    }

    /// Refills the reserve by this many tokens a second even without a success. Default 0.
    ///
    /// For clients that call so rarely that successes do not refill it. Mind
    /// that a refill by time goes on during an outage, from every client.
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// let budget = Budget::standard().reserve(5).per_second(1);
    /// # assert_eq!(budget.level(), 5.0);
    /// ```
    #[must_use]
    pub const fn per_second(mut self, tokens: u16) -> Self {
        if let BudgetRules::Share(share) = self.rules {
            self.rules = BudgetRules::Share(share.with_per_second(tokens));
        }
        self
    }

    /// How long a success counts. Default 10 s, in whole milliseconds (rounded up, 49 days at most).
    ///
    /// What is beyond the reserve fades exponentially with this time constant: after
    /// one window 37 % of it is left. The reserve does not fade, and neither does what
    /// refills it.
    ///
    /// # Errors
    ///
    /// `window` is zero.
    ///
    /// ```
    /// use retry_runtime::Budget;
    /// use std::time::Duration;
    ///
    /// let budget = Budget::standard().window(Duration::from_secs(60))?;
    /// assert!(Budget::standard().window(Duration::ZERO).is_err());
    /// # drop(budget);
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    #[allow(
        clippy::forget_non_drop,
        reason = "loom's types drop, which a const fn may not"
    )]
    pub const fn window(mut self, window: Duration) -> Result<Self, InvalidPolicy> {
        let share = match self.rules {
            BudgetRules::Share(share) => share,
            // It has no window.
            BudgetRules::Throttle(_) => return Ok(self),
        };
        match share.with_window(window) {
            Ok(share) => {
                self.rules = BudgetRules::Share(share);
                Ok(self)
            }
            Err(error) => {
                std::mem::forget(self);
                Err(error)
            }
        }
    }

    /// The same with another share.
    fn percent(self, percent: u32) -> Result<Self, InvalidPolicy> {
        match self.rules {
            BudgetRules::Share(share) => Ok(Self::from_rules(BudgetRules::Share(
                share.with_percent(percent)?,
            ))),
            BudgetRules::Throttle(_) => Ok(self),
        }
    }

    sync::const_fn! {
        const fn from_rules(rules: BudgetRules) -> Self {
            Self {
                successes: AtomicU32::new(0),
                rules,
                account: RwLock::new(Account::NEW),
                #[cfg(feature = "testing")]
                identity: crate::seams::Identity::new(),
            }
        }
    }
}

impl Default for Budget {
    /// [`Budget::standard`].
    fn default() -> Self {
        Self::standard()
    }
}
