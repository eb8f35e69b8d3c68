//! What is told to a budget, and asked of it, while calls are made.

use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

use super::Budget;
use super::account::Account;
use super::rules::BudgetRules;
use crate::seams;
use crate::time::clock::{self, Instant};
use crate::verdict::Verdict;

impl Budget {
    /// A call succeeded: it earns its share of a token.
    ///
    /// One relaxed atomic addition and nothing else. Where the attempt that succeeded
    /// was a retry, [`record_mended`](Self::record_mended) says so beside it.
    ///
    /// ```
    /// # use retry_runtime::Budget;
    /// # let budget = Budget::standard();
    /// budget.record_success();
    /// ```
    #[inline]
    pub fn record_success(&self) {
        seams::here(self).successes.fetch_add(1, Relaxed);
    }

    /// An attempt failed, the first one or a retry: it takes a token, as in gRPC A6.
    ///
    /// To be told of every attempt that fails, before [`try_retry`](Self::try_retry) is
    /// asked for the next, whether or not there is a next. It takes nothing for a
    /// request that was [not sent](Verdict::not_sent), for a failure that does not
    /// [speak against the service](Verdict::against_service), for an answer that is
    /// [permanent](Verdict::permanent), and before the first success of the process.
    ///
    /// ```
    /// use retry_runtime::{Budget, Verdict};
    ///
    /// let budget = Budget::standard();
    /// budget.record_success();
    /// budget.record_failure(Verdict::transient());
    /// assert_eq!(budget.level(), 9.0);
    /// budget.record_failure(Verdict::not_sent());
    /// budget.record_failure(Verdict::permanent());
    /// assert_eq!(budget.level(), 9.0);
    /// ```
    pub fn record_failure(&self, verdict: Verdict) {
        // As far as the verdict alone can tell, without a clock or a lock.
        if self.rules.cost(verdict, false) > 0.0 {
            self.record_failure_at(clock::now(), verdict);
        }
    }

    /// [`record_failure`](Self::record_failure) where the loop goes by another verdict,
    /// `decided`, than the error's `own`.
    pub(crate) fn record_judged(&self, decided: Verdict, own: Verdict) {
        self.record_failure(self.rules.charged_by(decided, own));
    }

    /// [`record_failure`](Self::record_failure) at a given instant.
    pub(crate) fn record_failure_at(&self, now: Instant, verdict: Verdict) {
        self.update(now, |account, rules| account.fail(rules, verdict));
    }

    /// A retry succeeded: it earns two tokens, for itself and for the failure before it.
    ///
    /// `verdict` is that of the last failure before the success. After a
    /// [time-out](Verdict::timed_out) five tokens are earned: where half of the nodes hang,
    /// a retry that succeeds has to pay for others that do not. Where the failure said that
    /// the service is [overloaded](Verdict::overloaded), nothing is earned: such a retry
    /// gets through in the place of another request. To be told beside
    /// [`record_success`](Self::record_success), once a call; not where a hedge wins,
    /// unless its own attempt comes after a failure.
    ///
    /// ```
    /// use retry_runtime::{Budget, Verdict};
    ///
    /// let budget = Budget::standard();
    /// budget.record_success();
    /// budget.record_failure(Verdict::transient());
    /// assert!(budget.try_retry(3));
    /// assert_eq!(budget.level(), 8.0);
    /// budget.record_mended(Verdict::transient());
    /// assert_eq!(budget.level(), 10.0);
    /// budget.record_mended(Verdict::transient().overloaded());
    /// assert_eq!(budget.level(), 10.0);
    /// ```
    pub fn record_mended(&self, verdict: Verdict) {
        if self.rules.mended(verdict) > 0.0 {
            self.record_mended_at(clock::now(), verdict);
        }
    }

    /// [`record_mended`](Self::record_mended) at a given instant.
    pub(crate) fn record_mended_at(&self, now: Instant, verdict: Verdict) {
        self.update(now, |account, rules| account.mend(rules, verdict));
    }

    /// Takes a token for a retry or a hedge; `false` means that it must not be made.
    ///
    /// `max_retries` is the `max` of the policy that asks, see [`reserve`](Self::reserve).
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// let budget = Budget::standard();
    /// let granted = (0..100).filter(|_| budget.try_retry(3)).count();
    /// assert_eq!(granted, 10);
    /// ```
    #[must_use = "a retry that was refused must not be made"]
    pub fn try_retry(&self, max_retries: u32) -> bool {
        self.try_retry_at(clock::now(), max_retries)
    }

    /// [`try_retry`](Self::try_retry) at a given instant.
    #[must_use = "a retry that was refused must not be made"]
    pub(crate) fn try_retry_at(&self, now: Instant, max_retries: u32) -> bool {
        self.update(now, |account, rules| account.take(rules, max_retries))
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
    /// assert_eq!(budget.level(), 10.0);
    /// ```
    pub fn refund(&self) {
        // Without a look at the clock: what was taken goes back as if it had stayed.
        seams::here(self)
            .account
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .put_back(self.rules);
    }

    /// The tokens right now, with fractions: a figure for metrics.
    ///
    /// Successes before the first failure do not count. Of a budget that a gRPC service
    /// config makes, this is what lies above half of the tokens: there are retries while
    /// it is more than 0.
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// let budget = Budget::new(50)?;
    /// assert!(budget.try_retry(3));
    /// assert_eq!(budget.level(), 9.0);
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    #[must_use]
    pub fn level(&self) -> f64 {
        self.level_at(clock::now())
    }

    /// [`level`](Self::level) at a given instant.
    #[must_use]
    pub(crate) fn level_at(&self, now: Instant) -> f64 {
        let here = seams::here(self);
        let account = here.account.read().unwrap_or_else(PoisonError::into_inner);
        account
            .advance(self.rules, here.successes.load(Relaxed), now)
            .tokens(self.rules)
    }

    /// Brings the account to `now` and changes it.
    fn update<R>(&self, now: Instant, change: impl FnOnce(&mut Account, BudgetRules) -> R) -> R {
        let here = seams::here(self);
        let mut account = here.account.write().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock: a count older than `seen` would wrap into four
        // billion successes.
        *account = account.advance(self.rules, here.successes.load(Relaxed), now);
        change(&mut account, self.rules)
    }
}
