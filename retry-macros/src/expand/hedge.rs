//! Attempts side by side: the runtime drives them, and this writes one attempt
//! as it wants it.

use super::{Body, Loop};
use crate::plan::HedgePlan;
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;

impl Loop<'_> {
    /// The call, up to its outcome.
    pub(super) fn hedged(&self, body: &Body<'_>, hedge: &HedgePlan) -> TokenStream {
        let (plan, rt) = (self.plan, &self.plan.rt);
        let (after, beside) = (self.code(&hedge.after), hedge.beside);
        let place = Place::of(&hedge.after);
        let given = place.call(rt, "hedge_after", None, place.ours(code!(hedge)));
        let terms = self.terms();
        let mut told = code!(#rt::Plan::of(#terms, #given));
        if plan.timed {
            told.extend(code!(.deadline(deadline)));
        }
        if plan.backoff.is_some() {
            told.extend(code!(.delays(delays)));
        }
        let sleep = self.sleep();
        let admission = self.admission(body.output);
        let (outcome, judged) = (self.outcome(body), self.judged(body));
        let ended = if plan.fallback.is_some() {
            code!()
        } else {
            code!(.0)
        };
        let show = code!(|outcome| #rt::shown!(outcome));
        code! {
            let hedge = &#after;
            #rt::hedged(#rt::Hedges::<#beside>, #told, |wait| #sleep, |call| async {
                #admission
                let call = call.begin();
                #outcome
                #judged
            }, #show).await #ended
        }
    }

    /// Hands the outcome back with what it is worth.
    fn judged(&self, body: &Body<'_>) -> TokenStream {
        let (plan, rt) = (self.plan, &self.plan.rt);
        let verdict = self.judgement(body);
        let mut tried = code!(#rt::Tried::new(outcome, verdict));
        if plan.cuts() {
            tried.extend(code!(.cut(cut)));
        }
        if plan.breaker.is_some() {
            tried.extend(code!(.probe(probe)));
        }
        code!(#verdict #tried)
    }
}
