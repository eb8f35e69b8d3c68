//! The rules that are in effect, and what the clones of a service share.

use super::names::full;
use super::rules::{MethodTerms, Rules};
use super::timeout::timeout;
use crate::engine;
use crate::marks::{Idempotent, NoRetry};
use crate::replay::Pool;
use http::Request;
use retry_runtime::Budget;
use retry_runtime::service_config::ServiceConfig;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The rules of a layer, which can be replaced while it runs.
pub(super) struct InEffect {
    rules: RwLock<Arc<Rules>>,
    /// That of the rules: who knows them already does not ask for the lock.
    generation: AtomicU64,
}

impl InEffect {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            generation: AtomicU64::new(rules.generation),
            rules: RwLock::new(Arc::new(rules)),
        }
    }

    pub(super) fn now(&self) -> Arc<Rules> {
        Arc::clone(&read(&self.rules))
    }

    pub(super) fn replace(&self, config: ServiceConfig) {
        let mut rules = write(&self.rules);
        let next = Rules::of(config, Arc::clone(rules.table()), rules.generation + 1);
        let next = Arc::new(next);
        *rules = Arc::clone(&next);
        self.generation.store(next.generation, Release);
        drop(rules);
        // What listens may make calls of its own.
        log(&next);
    }
}

/// Says which methods are covered by what.
#[cfg(feature = "tracing")]
fn log(rules: &Rules) {
    for (method, by) in rules.coverage() {
        tracing::info!(target: "retry_tower", method, by, "retries");
    }
}

#[cfg(not(feature = "tracing"))]
const fn log(_: &Rules) {}

/// What all clones of a service share.
pub(super) struct Channel {
    pub(super) pool: Arc<Pool>,
    known: RwLock<Known>,
}

/// The rules as the channel's last call found them.
struct Known {
    rules: Arc<Rules>,
    /// By their `retryThrottling`.
    budget: Arc<Budget>,
}

impl Channel {
    pub(super) fn new(rules: &InEffect, pool: Pool) -> Self {
        let rules = rules.now();
        log(&rules);
        Self {
            pool: Arc::new(pool),
            known: RwLock::new(Known::of(rules)),
        }
    }

    /// How this request is retried, and who pays: the budget that is given, or else that
    /// of the rules. It takes one lock, which is held alone only where rules were replaced.
    pub(super) fn terms<B>(
        &self,
        in_effect: &InEffect,
        request: &Request<B>,
        given: Option<&Arc<Budget>>,
    ) -> (MethodTerms, Arc<Budget>) {
        let known = read(&self.known);
        if known.rules.generation == in_effect.generation.load(Acquire) {
            return known.terms(request, given);
        }
        drop(known);
        let newest = in_effect.now();
        let mut known = write(&self.known);
        if known.rules.generation < newest.generation {
            *known = Known::of(newest);
        }
        known.terms(request, given)
    }
}

impl Known {
    fn of(rules: Arc<Rules>) -> Self {
        Self {
            budget: Arc::new(rules.budget()),
            rules,
        }
    }

    fn terms<B>(
        &self,
        request: &Request<B>,
        given: Option<&Arc<Budget>>,
    ) -> (MethodTerms, Arc<Budget>) {
        let budget = given.unwrap_or(&self.budget);
        (terms(&self.rules, request), Arc::clone(budget))
    }
}

/// How this request is retried.
fn terms<B>(rules: &Rules, request: &Request<B>) -> MethodTerms {
    let mut terms = rules.terms(full(request.uri().path()));
    if request.extensions().get::<Idempotent>().is_some() {
        terms.declared();
    }
    if request.extensions().get::<NoRetry>().is_some() {
        terms.taken_out();
    }
    if let Some(asked) = timeout(request.headers()) {
        terms.rule.policy = engine::within(terms.rule.policy, asked);
    }
    terms
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
