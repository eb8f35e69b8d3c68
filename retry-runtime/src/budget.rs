//! How many retries a client may add to the load of a service.

mod account;

use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::time::clock::{self, Instant};
use retry_words::InvalidPolicy;

use crate::sync::{self, AtomicU32, RwLock};
use account::{Account, Rules};

/// How many retries may go to a service: a share of the recent successes, plus a reserve.
///
/// With the figures of [`Budget::standard`], retries may be 20 % of the
/// successes of the last 10 seconds, plus a reserve of 30. The reserve is full
/// at the start and refilled by successes alone. So a service that fails
/// now and then is retried freely, while a dead one is sent the reserve and
/// nothing more: no retry storm.
///
/// A budget holds back retries and hedges. It never holds back a first attempt.
///
/// | figure | default | set by |
/// | --- | --- | --- |
/// | share of the successes | 20 %, as in Finagle, Linkerd and reqwest | [`new`](Self::new) |
/// | reserve, in retries | 30, or the policy's `max` where that is more | [`reserve`](Self::reserve) |
/// | retries a second without any success | 0 | [`per_second`](Self::per_second) |
/// | window | 10 s, as in Finagle | [`window`](Self::window) |
///
/// Tokens are earned by successes (as in gRPC A6 and the AWS SDKs), not by
/// requests or by time: during an outage neither of those stops, and retries
/// would go on with them.
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
/// # assert_eq!(UserClient::new("a").budget.level(), 30.0);
/// ```
///
/// The constructors are `const`, so a static works too:
///
/// ```
/// use retry_runtime::Budget;
///
/// static USERS: Budget = Budget::standard().reserve(10);
///
/// static ORDERS: Budget = match Budget::new(5) {
///     Ok(budget) => budget.reserve(3),
///     Err(_) => panic!("the percentage must be 1 to 100"),
/// };
/// # assert_eq!(USERS.level(), 10.0);
/// # assert_eq!(ORDERS.level(), 3.0);
/// ```
///
/// # By hand
///
/// The attribute asks and reports by itself. A loop written by hand does it so:
///
/// ```
/// use retry_runtime::Budget;
///
/// fn fetch(budget: &Budget, mut call: impl FnMut() -> Result<u32, ()>) -> Result<u32, ()> {
///     let max = 3;
///     let mut retries = 0;
///     loop {
///         match call() {
///             Ok(value) => {
///                 budget.record_success();
///                 return Ok(value);
///             }
///             Err(()) if retries < max && budget.try_retry(max) => retries += 1,
///             Err(()) => return Err(()),
///         }
///     }
/// }
///
/// let budget = Budget::standard();
/// assert_eq!(fetch(&budget, || Err(())), Err(()));
/// assert_eq!(budget.level(), 27.0);
/// ```
///
/// # Cost
///
/// A success is one relaxed atomic addition. Clock, arithmetic and lock are
/// touched only where a retry is asked for. A budget is one cache line of 64
/// bytes, counter and account together, and shares it with nothing else: the
/// fields beside it in a client are read on every call and would suffer from
/// the counter's writes, whereas the account is written once a retry, which
/// has a wait of milliseconds before it anyway.
#[derive(Debug)]
#[repr(align(64))]
pub struct Budget {
    /// Wraps. More than 2^32 successes between two asks count as fewer, never
    /// as more.
    successes: AtomicU32,
    rules: Rules,
    account: RwLock<Account>,
}

impl Budget {
    sync::const_fn! {
        /// Retries may be `percent` % of the successes, 1 to 100. The other figures are the defaults.
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
            match Rules::STANDARD.with_percent(percent) {
                Ok(rules) => Ok(Self::from_rules(rules)),
                Err(error) => Err(error),
            }
        }
    }

    sync::const_fn! {
        /// The default budget: 20 % of the successes of the last 10 s, plus a reserve of 30 retries.
        ///
        /// ```
        /// use retry_runtime::Budget;
        ///
        /// static BUDGET: Budget = Budget::standard();
        /// assert!(BUDGET.try_retry(3));
        /// ```
        #[must_use]
        pub const fn standard() -> Self {
            Self::from_rules(Rules::STANDARD)
        }
    }

    /// The reserve, in retries: full at the start, refilled by successes. Default 30.
    ///
    /// It counts as no less than the `max` of the policies that ask, so that a
    /// single call can always make all its retries. What is added for the sake
    /// of `max` is there at the first ask; a policy with a larger `max` that asks
    /// later adds nothing.
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// let budget = Budget::standard().reserve(2);
    /// assert!(budget.try_retry(2));
    /// assert!(budget.try_retry(2));
    /// assert!(!budget.try_retry(2));
    /// ```
    #[must_use]
    pub const fn reserve(mut self, retries: u32) -> Self {
        self.rules.reserve = retries;
        self
    }

    /// The reserve as it is, also where a policy's `max` is more.
    #[cfg(feature = "service-config")]
    pub(crate) const fn exactly(mut self, reserve: u32) -> Self {
        self.rules.reserve = reserve;
        self.rules.exact = true;
        self
    }

    /// Refills the reserve by this many retries a second even without a success. Default 0.
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
    pub const fn per_second(mut self, retries: u16) -> Self {
        self.rules.per_second = retries;
        self
    }

    /// How long a success counts. Default 10 s, in whole milliseconds (rounded up, 49 days at most).
    ///
    /// Successes fade exponentially with this time constant: after one window
    /// 37 % of what they earned is left. The reserve does not fade.
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
        match self.rules.with_window(window) {
            Ok(rules) => {
                self.rules = rules;
                Ok(self)
            }
            Err(error) => {
                std::mem::forget(self);
                Err(error)
            }
        }
    }

    /// An attempt succeeded: it earns its share of a retry.
    ///
    /// One relaxed atomic addition and nothing else.
    ///
    /// ```
    /// # use retry_runtime::Budget;
    /// # let budget = Budget::standard();
    /// budget.record_success();
    /// ```
    #[inline]
    pub fn record_success(&self) {
        self.successes.fetch_add(1, Relaxed);
    }

    /// Takes one retry (or hedge) out of the budget; `false` means that it must not be made.
    ///
    /// `max_retries` is the `max` of the policy that asks, see [`reserve`](Self::reserve).
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// let budget = Budget::standard();
    /// let granted = (0..100).filter(|_| budget.try_retry(3)).count();
    /// assert_eq!(granted, 30);
    /// ```
    #[must_use = "a retry that was refused must not be made"]
    pub fn try_retry(&self, max_retries: u32) -> bool {
        self.try_retry_at(clock::now(), max_retries)
    }

    /// [`try_retry`](Self::try_retry) with the clock in the caller's hand.
    #[doc(hidden)]
    #[must_use = "a retry that was refused must not be made"]
    pub fn try_retry_at(&self, now: Instant, max_retries: u32) -> bool {
        let mut account = self.account.write().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock: a count older than `seen` would wrap into four
        // billion successes.
        let successes = self.successes.load(Relaxed);
        *account = account.advance(self.rules, successes, now, max_retries);
        account.take()
    }

    /// Puts back what [`try_retry`](Self::try_retry) granted, for a retry that was never started.
    ///
    /// A call that is dropped while it waits for its retry gives the token back.
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// let budget = Budget::standard();
    /// assert!(budget.try_retry(3));
    /// budget.refund();
    /// assert_eq!(budget.level(), 30.0);
    /// ```
    pub fn refund(&self) {
        self.account
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .put_back();
    }

    /// How many retries could be made right now, with fractions: a figure for metrics.
    ///
    /// Successes before the first [`try_retry`](Self::try_retry) do not count.
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// let budget = Budget::new(50)?;
    /// assert!(budget.try_retry(3));
    /// assert_eq!(budget.level(), 29.0);
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    #[must_use]
    pub fn level(&self) -> f64 {
        self.level_at(clock::now())
    }

    /// [`level`](Self::level) with the clock in the caller's hand.
    #[doc(hidden)]
    #[must_use]
    pub fn level_at(&self, now: Instant) -> f64 {
        let account = self.account.read().unwrap_or_else(PoisonError::into_inner);
        account
            .advance(self.rules, self.successes.load(Relaxed), now, 0)
            .tokens()
    }

    sync::const_fn! {
        const fn from_rules(rules: Rules) -> Self {
            Self {
                successes: AtomicU32::new(0),
                rules,
                account: RwLock::new(Account::NEW),
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
