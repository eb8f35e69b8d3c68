//! Hedged attempts: the runtime starts them, and calls the closure that is written
//! here for each.

use super::policy;
use super::writer::{AttemptBody, LoopWriter};
use crate::plan::{HedgePlan, Setting};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use quote::quote_spanned;

impl LoopWriter<'_> {
    /// All attempts of the call, up to its outcome.
    pub(super) fn hedged(&self, body: &AttemptBody<'_>, hedge: &HedgePlan) -> TokenStream {
        let (plan, rt) = (self.plan, self.rt);
        let after = match &hedge.after {
            Setting::Literal(after) => policy::duration(after.value, rt),
            Setting::Expr(expr) => self.code(expr),
        };
        let (beside, span) = (hedge.beside, SpanRange::of(&after));
        let given = span.call(rt, "hedge_after", None, span.ours(code!(__retry_hedge)));
        let site = self.terms();
        let mut terms = code!(#rt::HedgedTerms::of(#site, __retry_ruling.hedge(#given)));
        if plan.timed {
            terms.extend(code!(.deadline(__retry_deadline)));
        }
        if plan.retries_for {
            terms.extend(code!(.retry_until(__retry_until)));
        }
        if plan.backoff.is_some() {
            terms.extend(code!(.delays(__retry_delays)));
        }
        if let Some(target) = &plan.target {
            // Once a call: a closure that asks for it would have to be `Sync`.
            let span = SpanRange::of(target);
            let target = span.call(rt, "target_of_call", None, self.code(target));
            terms.extend(code!(.to(#target)));
        }
        let sleep = self.sleep();
        let admission = self.admission(body.output);
        let (outcome, judged) = (self.outcome(body), self.judged(body));
        let (told, kept) = (self.told_beside(body.output), self.keep_beside(body.output));
        let begin = self.begin();
        let show = code!(|__retry_outcome| #rt::shown!(__retry_outcome));
        let head = self.head_of_attempt(body);
        let (r#async, r#move) = (quote_spanned!(head=> async), body.capture());
        let call = code! {
            #rt::hedged(#rt::Hedges::<#beside>, #terms, |__retry_wait| #sleep, |__retry_call| #r#async #r#move {
                #admission
                #begin
                #outcome
                #judged
            }, #show, #rt::FailureHandler(#told, #kept)).await
        };
        let end = if plan.fallback.is_some() {
            call
        } else {
            self.ends_in(code!(#call.0))
        };
        // Each attempt may move what it captures: a reference is copied.
        let site = (!plan.policy.is_constant()).then(|| {
            let site = self.site_name();
            code!(let #site = &#site;)
        });
        code!(let __retry_hedge = &#after; #site #end)
    }

    /// Hands the outcome back with what it is worth.
    fn judged(&self, body: &AttemptBody<'_>) -> TokenStream {
        let (plan, rt) = (self.plan, self.rt);
        let judgement = self.judgement(body);
        let mut tried = code!(#rt::Tried::new(__retry_outcome, __retry_judgement));
        if plan.cuts() {
            tried.extend(code!(.cut(__retry_cut)));
        }
        if plan.breaker.is_some() {
            tried.extend(code!(.probe(__retry_probe)));
        }
        code!(#judgement #tried)
    }
}
