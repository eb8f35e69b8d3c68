//! What follows an attempt: the end of the call, or the wait before the next retry.

use super::writer::{AttemptBody, LoopWriter};
use crate::plan::Callable;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;

impl LoopWriter<'_> {
    /// An expression that leaves the loop, or whose value is how long to wait.
    pub(super) fn decision(&self, body: &AttemptBody<'_>) -> TokenStream {
        let rt = self.rt;
        let output = SpanRange::of(body.output);
        let judgement = self.judgement(body);
        let succeeded = self.end(code!(#rt::None));
        let failed = self.end(code!(#rt::Some(ended)));
        let ended = if self.plan.fallback.is_some() {
            code!(ended)
        } else {
            code!(_)
        };
        let (terms, failure) = (self.terms(), self.failure(output));
        let decision = code! {
            let #rt::Some(judgement) = judgement else {
                call.succeeded(terms);
                #succeeded;
            };
            match call.failed(#failure) {
                #rt::Ok(wait) => wait,
                #rt::Err(#ended) => #failed,
            }
        };
        if self.plan.terms_borrow() {
            // An expression such as `&*self.budget()` may borrow from a temporary, which
            // lives as long as the `match`.
            code!(#judgement match #terms { terms => { #decision } })
        } else {
            code!(#judgement let terms = #terms; #decision)
        }
    }

    /// `let judgement = ..;`: there is none where the attempt succeeded.
    pub(super) fn judgement(&self, body: &AttemptBody<'_>) -> TokenStream {
        let rt = self.rt;
        let output = SpanRange::of(body.output);
        let error = output.call(rt, "error", None, output.ours(code!(&outcome)));
        let (of_error, of_response) = (self.of_error(output), self.of_response(output));
        let breaker = self.plan.breaker.as_ref();
        let record = breaker.map(|_| {
            code! {
                let probe = admitted.is_probe();
                admitted.ended(judgement);
            }
        });
        code!(let judgement = #error.map(|error| #of_error) #of_response; #record)
    }

    /// The failed attempt, with all that the decision depends on.
    fn failure(&self, output: SpanRange) -> TokenStream {
        let (plan, rt) = (self.plan, self.rt);
        // At the result type, so that one that is no `Result` is reported once.
        let outcome = output.ours(code!(&outcome));
        let failed = code!(#rt::FailedAttempt::under(terms, judgement));
        let mut failure = code!(#rt::shown!(#failed, #outcome));
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
    fn of_response(&self, output: SpanRange) -> Option<TokenStream> {
        let rt = self.rt;
        let ask = self.ask(self.plan.on_ok.as_ref()?, code!(&*response));
        let response = output.call(rt, "response", None, output.ours(code!(&outcome)));
        Some(code!(.or_else(|| #response.and_then(|response| #rt::Judgement::of_response(#ask)))))
    }

    /// Leaves the loop with the outcome, and with why retries ended.
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

    /// The verdict on the error, from `on` or from the error itself.
    fn of_error(&self, output: SpanRange) -> TokenStream {
        let rt = self.rt;
        let cut = if self.plan.cuts() {
            code!(cut)
        } else {
            code!(#rt::None)
        };
        if let Some(on) = &self.plan.on {
            let answer = self.ask(on, code!(&*error));
            let own = code!({ use #rt::NoOwnVerdict as _; (&#rt::OwnVerdict(&*error)).own() });
            return code!(#rt::Judgement::by_predicate(#answer, #own, #cut));
        }
        let error = output.ours(code!(&*error, #cut));
        let judged = output.call(rt, "by_itself", None, error);
        if self.plan.is_unsent() {
            code!(#judged.unsent_only())
        } else {
            judged
        }
    }

    /// The answer of the user's predicate to a reference.
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
