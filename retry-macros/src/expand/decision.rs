//! What becomes of an attempt: success, a verdict on its failure, the next
//! retry or the end.

use super::writer::{AttemptBody, LoopWriter};
use crate::plan::{BudgetPlan, Callable, NamePlan};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;

impl LoopWriter<'_> {
    /// Ends the loop with the outcome, or ends in how long to wait.
    pub(super) fn decision(&self, body: &AttemptBody<'_>) -> TokenStream {
        let rt = self.rt;
        let output = SpanRange::of(body.output);
        let (verdict, failure) = (self.judgement(body), self.failure(output));
        let terms = self.terms();
        let end = self.end(code!(ended));
        let ended = if self.plan.fallback.is_some() {
            code!(ended)
        } else {
            code!(_)
        };
        // An expression of the user's may make what it lends, such as an `Arc`.
        let (bound, terms) = match (&self.plan.budget, &self.plan.name) {
            (BudgetPlan::Given(_), _) | (_, NamePlan::Given(_)) => (None, terms),
            _ => (Some(code!(let terms = #terms;)), code!(terms)),
        };
        code! {
            #verdict
            #bound
            match call.next(#terms, verdict, |it| #failure) {
                #rt::Ok(wait) => wait,
                #rt::Err(#ended) => #end,
            }
        }
    }

    /// `let verdict = ..;`: there is none where the attempt succeeded.
    pub(super) fn judgement(&self, body: &AttemptBody<'_>) -> TokenStream {
        let rt = self.rt;
        let output = SpanRange::of(body.output);
        let error = output.call(rt, "error", None, output.ours(code!(&outcome)));
        let (verdict, on_ok) = (self.verdict(output), self.on_ok(output));
        let breaker = self.plan.breaker.as_ref();
        let record = breaker.map(|_| {
            code! {
                let probe = admitted.is_probe();
                admitted.ended(verdict);
            }
        });
        code!(let verdict = #error.map(|error| #verdict) #on_ok; #record)
    }

    /// The failure, with all that bears on the decision.
    fn failure(&self, output: SpanRange) -> TokenStream {
        let (plan, rt) = (self.plan, self.rt);
        // At the result: one that is none is one fault, not two.
        let outcome = output.ours(code!(&outcome));
        let mut failure = code!(#rt::shown!(it, #outcome));
        if plan.timed {
            failure.extend(code!(.deadline(deadline)));
        }
        if plan.cuts() {
            failure.extend(code!(.cut(cut)));
        }
        if plan.backoff.is_some() {
            let span = SpanRange::of(&plan.backoff);
            let delays = span.arguments(span.ours(code!(&mut delays)));
            failure.extend(code!(.delays #delays));
        }
        if plan.breaker.is_some() {
            failure.extend(code!(.probe(probe)));
        }
        failure
    }

    /// `.or_else(..)`: a response that is judged like a failure.
    fn on_ok(&self, output: SpanRange) -> Option<TokenStream> {
        let rt = self.rt;
        let ask = self.ask(self.plan.on_ok.as_ref()?, code!(&*response));
        let response = output.call(rt, "response", None, output.ours(code!(&outcome)));
        Some(code!(.or_else(|| #response.map(|response| #ask).filter(#rt::Verdict::is_retryable))))
    }

    /// Leaves with the outcome, and why retries ended.
    pub(super) fn end(&self, ended: TokenStream) -> TokenStream {
        let rt = self.rt;
        if self.plan.hedge.is_some() {
            code!(return #rt::Tried::rejected(outcome))
        } else if self.plan.fallback.is_some() {
            code!(break (outcome, #ended))
        } else {
            code!(break outcome)
        }
    }

    /// What the error says about trying again.
    fn verdict(&self, output: SpanRange) -> TokenStream {
        let rt = self.rt;
        if let Some(on) = &self.plan.on {
            return self.ask(on, code!(&*error));
        }
        let verdict = output.call(rt, "verdict", None, output.ours(code!(&*error)));
        match (self.plan.is_unsent(), self.plan.cuts()) {
            // A cut attempt may have been executed.
            (true, true) => {
                code!(if cut.is_some() { #rt::Verdict::permanent() } else { #rt::unsent(#verdict) })
            }
            (true, false) => code!(#rt::unsent(#verdict)),
            (false, true) => {
                code!(if cut.is_some() { #rt::Verdict::transient() } else { #verdict })
            }
            (false, false) => verdict,
        }
    }

    /// Asks a predicate about a reference.
    fn ask(&self, predicate: &Callable, subject: TokenStream) -> TokenStream {
        let rt = self.rt;
        let code = self.code(predicate);
        let span = SpanRange::of(&code);
        let subject = span.ours(subject);
        let answer = match predicate {
            Callable::Path(_) => {
                let arguments = span.arguments(subject);
                code!(#code #arguments)
            }
            Callable::Value(_) => span.call(rt, "ask", None, code!(#code, #subject)),
        };
        span.call(rt, "answer", None, answer)
    }
}
