//! The levels of budgets.

use super::super::subject::Subject;
use super::BUDGET;
use super::labels::Labels;
use crate::budget::Budget;
use metrics::gauge;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

/// A function's own budget. They stay: there are no more of them than functions, and
/// names of functions, in the program.
type Owned = (Cow<'static, str>, ByPlace);

static KNOWN: RwLock<BTreeSet<Owned>> = RwLock::new(BTreeSet::new());

/// One and the same budget, not one of the same figures.
#[derive(Clone, Copy)]
struct ByPlace(&'static Budget);

impl ByPlace {
    fn place(self) -> *const Budget {
        self.0
    }
}

impl PartialEq for ByPlace {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for ByPlace {}

impl PartialOrd for ByPlace {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByPlace {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.place().cmp(&other.place())
    }
}

/// Sets [`BUDGET`](super::BUDGET) of all functions that have a budget of their own and a
/// failure behind them.
///
/// A budget is told of where a call fails: what refills it, successes, says nothing. So
/// call this before the metrics are rendered, or every few seconds. Budgets that are
/// given by an expression, `budget = &self.budget`, are as of the last failure.
///
/// ```
/// use retry_runtime::metrics;
///
/// fn scrape(render: impl Fn() -> String) -> String {
///     metrics::observe_budgets();
///     render()
/// }
/// # assert_eq!(scrape(String::new), "");
/// ```
pub fn observe_budgets() {
    // Whatever is done with the levels, no lock is held meanwhile.
    let known: Vec<_> = {
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().cloned().collect()
    };
    for (function, ByPlace(budget)) in known {
        set(Labels::with(function, None), budget);
    }
}

/// The level of the budget that a call is under.
pub(super) fn level(subject: Subject<'_>, budget: Option<&Budget>) {
    if let Some(budget) = subject.own_budget() {
        let function = subject.function();
        know(function.clone(), ByPlace(budget));
        // Whatever the calls go to, it is one budget.
        set(Labels::with(function, None), budget);
    } else if let Some(budget) = budget {
        set(Labels::of(subject), budget);
    }
}

fn know(function: Cow<'static, str>, budget: ByPlace) {
    let owned = (function, budget);
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if known.contains(&owned) {
        return;
    }
    drop(known);
    KNOWN
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(owned);
}

fn set(labels: Labels, budget: &Budget) {
    gauge!(BUDGET, labels.and([])).set(budget.level());
}
