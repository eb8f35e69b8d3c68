//! Who pays for a layer's retries.

use retry_runtime::Budget;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

/// Who pays for the retries of a request.
///
/// ```
/// use retry_tower::{Budgets, OneBudget, RetryLayer};
///
/// fn pays<R, B: Budgets<R>>(_: &RetryLayer<retry_tower::Always, B>) {}
/// pays::<u32, OneBudget>(&RetryLayer::new(retry_runtime::Policy::DEFAULT));
/// ```
pub trait Budgets<R> {
    /// `None`: nobody, they are free.
    #[doc(hidden)]
    fn budget(&self, request: &R) -> Option<Arc<Budget>>;
}

/// One for all requests.
///
/// ```
/// use retry_runtime::{Budget, Policy};
/// use retry_tower::{Always, OneBudget, RetryLayer};
///
/// let layer: RetryLayer<Always, OneBudget> = RetryLayer::new(Policy::DEFAULT).budget(Budget::standard());
/// # let _ = layer;
/// ```
#[derive(Clone, Debug)]
pub struct OneBudget(pub(crate) Option<Arc<Budget>>);

impl<R> Budgets<R> for OneBudget {
    fn budget(&self, _: &R) -> Option<Arc<Budget>> {
        self.0.clone()
    }
}

/// One for each key, a host for instance.
///
/// ```
/// use retry_runtime::{Budget, Policy};
/// use retry_tower::{Always, BudgetPerKey, RetryLayer};
///
/// let tenant: fn(&u32) -> u32 = |tenant| *tenant;
/// let layer: RetryLayer<Always, BudgetPerKey<u32, _>> =
///     RetryLayer::new(Policy::DEFAULT).budget_per(tenant, Budget::standard);
/// # let _ = layer;
/// ```
pub struct BudgetPerKey<K, F> {
    key: F,
    purse: Arc<Purse<K>>,
}

impl<K, F> BudgetPerKey<K, F> {
    pub(crate) fn new(key: F, make: impl Fn() -> Budget + Send + Sync + 'static) -> Self {
        let purse = Purse {
            rest: Arc::new(make()),
            make: Box::new(make),
            budgets: RwLock::default(),
        };
        Self {
            key,
            purse: Arc::new(purse),
        }
    }
}

impl<K, F: Clone> Clone for BudgetPerKey<K, F> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.clone(),
            purse: Arc::clone(&self.purse),
        }
    }
}

impl<K, F> fmt::Debug for BudgetPerKey<K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BudgetPerKey")
    }
}

impl<R, K: Eq + Hash, F: Fn(&R) -> K> Budgets<R> for BudgetPerKey<K, F> {
    fn budget(&self, request: &R) -> Option<Arc<Budget>> {
        Some(self.purse.of((self.key)(request)))
    }
}

/// The budgets of all keys so far.
struct Purse<K> {
    make: Box<dyn Fn() -> Budget + Send + Sync>,
    budgets: RwLock<HashMap<K, Arc<Budget>>>,
    rest: Arc<Budget>,
}

/// Keys may come from whoever sends requests: memory is bounded, and what is beyond
/// shares one budget.
const MOST_KEYS: usize = 10_000;

impl<K: Eq + Hash> Purse<K> {
    fn of(&self, key: K) -> Arc<Budget> {
        let budgets = self.budgets.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(budget) = budgets.get(&key) {
            return Arc::clone(budget);
        }
        drop(budgets);
        // Before the lock is taken: it is the caller's code, and may come back here.
        let made = Arc::new((self.make)());
        let mut budgets = self.budgets.write().unwrap_or_else(PoisonError::into_inner);
        if budgets.len() >= MOST_KEYS && !budgets.contains_key(&key) {
            return Arc::clone(&self.rest);
        }
        Arc::clone(budgets.entry(key).or_insert(made))
    }
}
