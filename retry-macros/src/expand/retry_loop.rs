//! The loop over attempts.

use super::{Body, Loop, awaits};
use crate::plan::{BudgetPlan, Timer};
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

impl Loop<'_> {
    /// The whole of it, as the statements of a block.
    pub(super) fn write(&self, body: &Body<'_>) -> TokenStream {
        let before = &body.bindings.before;
        let setup = self.setup();
        let attempts = match &self.plan.hedge {
            Some(hedge) => self.hedged(body, hedge),
            None => self.one_by_one(body),
        };
        let attempts = self.with_fallback(body.output, attempts);
        code!(#before #setup #attempts)
    }

    /// One attempt after the other, up to the call's outcome.
    fn one_by_one(&self, body: &Body<'_>) -> TokenStream {
        let rt = &self.plan.rt;
        let (admission, attempt) = (self.admission(body.output), self.outcome(body));
        let (decision, pause) = (self.decision(body), self.pause());
        code! {
            let mut call = #rt::Call::new();
            loop {
                let wait = {
                    #admission
                    #attempt
                    #decision
                };
                #pause
            }
        }
    }

    /// What is made once a call, before its first attempt.
    fn setup(&self) -> TokenStream {
        let (plan, rt) = (self.plan, &self.plan.rt);
        let (site, site_name) = (self.site(), self.site_name());
        let budget = match &plan.budget {
            BudgetPlan::Static(budget) => {
                Some(code!(static __RETRY_BUDGET: #rt::Budget = #budget;))
            }
            BudgetPlan::None | BudgetPlan::Given(_) => None,
        };
        let backoff = plan.backoff.as_ref().map(|expr| {
            let place = Place::of(expr);
            let given = place.call(rt, "Given", None, self.code(expr));
            quote_spanned!(place.first()=>
                let mut delays = { use #rt::{AnyDelays as _, NoDelays as _}; #given.delays() };)
        });
        let deadline = plan
            .timed
            .then(|| code!(let deadline = #site_name.deadline();));
        let seed = plan.names_attempt().then(|| code!(let seed = #rt::seed();));
        let key = plan.key.as_ref().filter(|_| plan.makes_key);
        let key = key.map(|name| code!(let #name = #rt::IdempotencyKey::new();));
        code!(#budget #site #backoff #deadline #seed #key)
    }

    /// `let outcome: R = ..;`: runs the attempt, within its limit.
    pub(super) fn outcome(&self, body: &Body<'_>) -> TokenStream {
        let (plan, rt, output) = (self.plan, &self.plan.rt, body.output);
        let site = self.site_name();
        let limit = plan
            .timed
            .then(|| code!(let limit = #site.limit(deadline);));
        let attempt = plan.attempt.as_ref().map(|name| {
            let limit = if plan.timed {
                code!(limit)
            } else {
                code!(#rt::None)
            };
            code!(let #name = call.attempt(seed, #limit);)
        });
        let run = self.within_limit(body);
        let cut = plan.cuts().then(|| code!(let mut cut = #rt::None;));
        // The attempt's time counts from the hook's end. The hook's error is
        // gone by then: it need not be `Send` for the attempt's sake.
        let hook = plan.before_retry.as_ref().map(|hook| {
            let hook = self.hook(hook, output);
            let failed = self.failed(output, code!(error));
            // The braces are for syn 2, which cannot read `break 'attempt ::path`
            // where an attribute built on it comes next.
            code!(if let #rt::Some(error) = { #hook } { break 'attempt { #failed }; })
        });
        let outcome = code!(#limit #attempt let outcome: #output = #run;);
        // The name of the attempt is for the body, not for the other options.
        let outcome = match (hook, attempt) {
            (None, None) => outcome,
            (None, Some(_)) => code!(let outcome: #output = { #outcome outcome };),
            (Some(hook), _) => code!(let outcome: #output = 'attempt: { #hook #outcome outcome };),
        };
        code!(#cut #outcome)
    }

    /// The attempt, cut when its time is over.
    fn within_limit(&self, body: &Body<'_>) -> TokenStream {
        let (plan, rt, output) = (self.plan, &self.plan.rt, body.output);
        let run = self.attempt(body);
        if plan.shape.is_sync() {
            return run;
        }
        if !plan.cuts() {
            return code!(#run.await);
        }
        let (sleep, elapsed) = (self.sleep(), self.elapsed(output));
        let failed = self.failed(output, elapsed);
        code! {
            match #rt::Cut::new(#run, limit, |wait| #sleep).await {
                #rt::Ok(outcome) => outcome,
                #rt::Err(elapsed) => {
                    cut = #rt::Some(elapsed);
                    #failed
                }
            }
        }
    }

    /// The attempt itself: a future, or in a sync fn its outcome.
    fn attempt(&self, body: &Body<'_>) -> TokenStream {
        let (plan, rt, output) = (self.plan, &self.plan.rt, body.output);
        let on_retry = if plan.nested {
            code!(false)
        } else {
            code!(call.is_retry())
        };
        // What is moved into an attempt is reported there: not where the loop
        // is, or rustc would take the one for the other.
        let head = plan.head.resolved_at(Span::mixed_site());
        if plan.shape.is_sync() {
            let closure = quote_spanned!(head=> ||);
            let block = body.block(&code!(), awaits::rewritten(&body.tokens, plan.caller()));
            let run = code!(#rt::layer_sync(#on_retry, #closure -> #output #block));
            return self
                .within_span("in_span_sync", code!(|| #run))
                .unwrap_or(run);
        }
        let block = body.block(
            &self.expected(output),
            awaits::rewritten(&body.tokens, plan.caller()),
        );
        let r#async = quote_spanned!(head=> async);
        let run = code!(#rt::Layer::new(#on_retry, #r#async #block));
        self.within_span("in_span", run.clone()).unwrap_or(run)
    }

    /// The attempt in a span of its own, where that is asked for.
    fn within_span(&self, function: &str, attempt: TokenStream) -> Option<TokenStream> {
        let rt = &self.plan.rt;
        let place = Place::at(self.plan.spans?);
        let (site, tracing) = (self.site_name(), place.runtime(rt));
        let tracing = place.ours(code!(#tracing::Tracing));
        let arguments = code!(#tracing, &#site, call.number(), #attempt);
        Some(place.call(rt, function, None, arguments))
    }

    /// Asks the timer for `wait`.
    pub(super) fn sleep(&self) -> TokenStream {
        let sleep = &self.plan.sleep;
        let place = Place::of(sleep);
        let wait = place.arguments(place.ours(code!(wait)));
        let check = if self.plan.shape.is_sync() {
            "blocked"
        } else {
            "timer"
        };
        place.call(&self.plan.rt, check, None, code!(#sleep #wait))
    }

    /// Waits, if there is anything to wait for. A call that is dropped while
    /// it waits gives back what the budget paid. The delay goes by value: a
    /// borrowed one would be kept in the future all along.
    fn pause(&self) -> TokenStream {
        let (rt, sleep) = (&self.plan.rt, self.sleep());
        if self.plan.shape.is_sync() {
            return code!(if #rt::pauses(wait) { #sleep; });
        }
        if self.plan.timer == Timer::Own {
            let budget = self.budget();
            let budget =
                budget.map_or_else(|| code!(#rt::None), |budget| code!(#rt::Some(#budget)));
            return code!(#rt::pause(wait, #budget).await;);
        }
        // At the timer: one that is no future is one fault, not two.
        let is_awaited = Place::of(&self.plan.sleep).ours(code!(.await));
        match self.budget() {
            None => code!(if #rt::pauses(wait) { let _ = #sleep #is_awaited; }),
            Some(budget) => code!(if #rt::pauses(wait) {
                match #rt::Paid::by(#rt::Some(#budget)) {
                    mut paid => {
                        let _ = #sleep #is_awaited;
                        paid.spend();
                    }
                }
            }),
        }
    }
}
