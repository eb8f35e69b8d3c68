//! A call site: what a retried function is called, its policy, and its budget.

use super::writer::LoopWriter;
use crate::plan::{BudgetPlan, NamePlan};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;

impl LoopWriter<'_> {
    /// The name and the policy of the call site, and what the central rules say of it now.
    pub(super) fn site(&self) -> TokenStream {
        let (rt, name, policy) = (self.rt, self.name(), self.policy());
        let (facts, budget) = (self.facts(), self.static_budget());
        if self.plan.policy.is_constant() {
            code! {
                const __RETRY_SITE: &#rt::Site = &#rt::Site::new(#name, #policy);
                let __retry_ruling = __RETRY_SITE.ruling(#facts, #budget);
            }
        } else {
            code! {
                let mut __retry_site = #rt::Site::new(#name, #policy);
                let __retry_ruling = (&mut __retry_site).ruled(#facts, #budget);
            }
        }
    }

    /// What the function has, for the central rules: they change nothing else. The runtime
    /// reads the bits, in `engine::ruling::Facts`.
    fn facts(&self) -> u8 {
        let plan = self.plan;
        let facts = [
            plan.cuts(),
            plan.timed,
            plan.retries_for,
            plan.backoff.is_none(),
            plan.hedge.is_some(),
        ];
        facts
            .iter()
            .rev()
            .fold(0, |bits, fact| bits << 1 | u8::from(*fact))
    }

    /// The variable of the call site: a constant, where it can be one, takes no room in
    /// the future, and is the same for all sites with this policy where nobody asks for
    /// names, which makes a binary with 300 of them 3 % smaller.
    pub(super) fn site_name(&self) -> TokenStream {
        if self.plan.policy.is_constant() {
            code!(__RETRY_SITE)
        } else {
            code!(__retry_site)
        }
    }

    /// The same as a `&Site`.
    pub(super) fn site_reference(&self) -> TokenStream {
        let site = self.site_name();
        if self.plan.policy.is_constant() {
            site
        } else {
            code!(&#site)
        }
    }

    /// The same, for a method to be called on: of a reference, so that no trait of the user's
    /// that is implemented for all types comes first.
    pub(super) fn site_for_call(&self) -> TokenStream {
        let site = self.site_name();
        if self.plan.policy.is_constant() || self.plan.hedge.is_some() {
            site
        } else {
            code!((&#site))
        }
    }

    /// What logs and metrics call the function.
    fn name(&self) -> TokenStream {
        let rt = self.rt;
        match &self.plan.name {
            NamePlan::Written(name) => code!(#rt::name!(#name)),
            NamePlan::InModule { before, behind } => {
                code!(#rt::name!(#rt::concat!(#before, #rt::module_path!(), #behind)))
            }
            NamePlan::Given(_) | NamePlan::Path => code!(#rt::name!()),
        }
    }

    /// The name, where it is an expression of the user's.
    pub(super) fn given_name(&self) -> Option<TokenStream> {
        match &self.plan.name {
            NamePlan::Given(expr) => {
                Some(SpanRange::of(expr).call(self.rt, "given_name", None, self.code(expr)))
            }
            _ => None,
        }
    }

    /// The name of the function, where an attempt starts. It is evaluated only where
    /// somebody asks.
    pub(super) fn name_in_attempt(&self) -> TokenStream {
        let (rt, site) = (self.rt, self.site_for_call());
        match self.given_name() {
            // An expression is evaluated once, before the first attempt.
            Some(_) if self.plan.hedge.is_some() => code!((&__retry_call).name()),
            Some(name) => code!(#rt::Name::written(#name)),
            None => code!(#site.name()),
        }
    }

    /// The site, and the budget that pays for its retries.
    pub(super) fn terms(&self) -> TokenStream {
        let site = self.site_for_call();
        let mut terms = match (&self.plan.budget, self.budget()) {
            (_, None) => code!(#site.unpaid()),
            (BudgetPlan::Given(_), Some(budget)) => code!(#site.paid_by(#budget)),
            (_, Some(_)) => code!(#site.paid_by_own(&__RETRY_BUDGET)),
        };
        terms.extend(code!(.under(__retry_ruling)));
        if let Some(name) = self.given_name() {
            terms.extend(code!(.called(&|| #name)));
        }
        if let (Some(target), None) = (&self.plan.target, &self.plan.hedge) {
            let target = SpanRange::of(target).call(self.rt, "target", None, self.code(target));
            terms.extend(code!(.to(&|| #target)));
        }
        terms
    }

    /// The budget of the function alone, one for all uses of it.
    pub(super) fn budget_static(&self) -> Option<TokenStream> {
        let rt = self.rt;
        let budget = match &self.plan.budget {
            BudgetPlan::Standard => code!(#rt::Budget::standard()),
            BudgetPlan::Percent(percent) => code!(#rt::budget_of(#percent)),
            BudgetPlan::None | BudgetPlan::Given(_) => return None,
        };
        Some(code!(static __RETRY_BUDGET: #rt::Budget = #budget;))
    }

    /// The static of [`budget_static`](Self::budget_static), as an `Option`.
    pub(super) fn static_budget(&self) -> TokenStream {
        let rt = self.rt;
        match &self.plan.budget {
            BudgetPlan::Standard | BudgetPlan::Percent(_) => code!(#rt::Some(&__RETRY_BUDGET)),
            BudgetPlan::None | BudgetPlan::Given(_) => code!(#rt::NO_BUDGET),
        }
    }

    /// The budget, as `&Budget`.
    pub(super) fn budget(&self) -> Option<TokenStream> {
        match &self.plan.budget {
            BudgetPlan::None => None,
            BudgetPlan::Standard | BudgetPlan::Percent(_) => {
                Some(code!(__retry_ruling.budget(&__RETRY_BUDGET)))
            }
            BudgetPlan::Given(expr) => {
                let given = self.code(expr);
                Some(SpanRange::of(expr).call(self.rt, "budget", None, given))
            }
        }
    }
}
