//! One budget for each host, where an expression makes what it lends.

use super::exactly;
use super::support::{Calls, Fault};
use retry_runtime::{Budget, retry};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The budgets of many hosts, found by name.
struct Hosts(Mutex<HashMap<String, Arc<Budget>>>);

impl Hosts {
    fn budget(&self, host: &str) -> Arc<Budget> {
        let mut budgets = self.0.lock().expect("no panic before");
        let budget = budgets.entry(host.to_owned());
        Arc::clone(budget.or_insert_with(|| Arc::new(Budget::standard().reserve(9))))
    }

    #[retry(backoff = fixed(1ms), jitter = none, budget = &self.budget(host))]
    async fn get(&self, host: &str, calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }

    #[retry(backoff = fixed(1ms), jitter = none, budget = &self.budget(host), sleep = tokio::time::sleep)]
    async fn get_by_another_timer(&self, host: &str, calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn an_expression_may_make_what_it_lends() {
    let hosts = Hosts(Mutex::default());
    let calls = Calls::default();
    assert!(hosts.get("a", &calls).await.is_err());
    exactly(&hosts.budget("a"), 6.0);
    exactly(&hosts.budget("b"), 9.0);
    assert!(hosts.get_by_another_timer("b", &calls).await.is_err());
    exactly(&hosts.budget("b"), 6.0);
    assert_eq!(calls.count(), 4 + 4);
    for _ in 0..3 {
        assert!(hosts.get("b", &calls).await.is_err());
    }
    exactly(&hosts.budget("b"), 0.0);
    assert_eq!(calls.count(), 4 + 4 + 4 + 4 + 1);
}

/// A budget behind a lock, which a predicate takes as well. The wait holds it, since it
/// gives its token back where it is dropped.
struct Shared(Mutex<Budget>);

#[allow(clippy::await_holding_lock, reason = "there is no wait here")]
impl Shared {
    fn is_free(&self) -> bool {
        self.0.try_lock().is_ok()
    }

    #[retry(max = 1, backoff = none, budget = &self.0.lock().unwrap(), on = |_| self.is_free())]
    async fn on(&self, calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }

    #[retry(max = 1, backoff = none, budget = &self.0.lock().unwrap(), on_ok = |_| self.is_free())]
    async fn on_ok(&self, calls: &Calls) -> Result<u32, Fault> {
        calls.fail_first(0)
    }

    #[retry(max = 1, backoff = none, budget = &self.0.lock().unwrap(), until = |_| !self.is_free())]
    async fn until(&self, calls: &Calls) -> Result<u32, Fault> {
        calls.fail_first(0)
    }
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_lends_the_budget_is_not_held_while_a_predicate_is_asked() {
    let shared = Shared(Mutex::default());
    let calls = Calls::default();
    assert!(shared.on(&calls).await.is_err());
    assert_eq!(calls.count(), 2);
    assert!(shared.on_ok(&calls).await.is_ok());
    assert_eq!(calls.count(), 4);
    assert!(shared.until(&calls).await.is_ok());
    assert_eq!(calls.count(), 6);
}
