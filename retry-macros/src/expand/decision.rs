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
        let failed = self.end(code!(#rt::Some(__retry_ended)));
        let ended = if self.plan.fallback.is_some() {
            code!(__retry_ended)
        } else {
            code!(_)
        };
        let (terms, failure) = (self.terms(), self.failure(output));
        let decision = code! {
            let #rt::Some(__retry_judgement) = __retry_judgement else {
                __retry_call.succeeded(__retry_terms);
                #succeeded;
            };
            match __retry_call.failed(#failure) {
                #rt::Ok(__retry_wait) => __retry_wait,
                #rt::Err(#ended) => #failed,
            }
        };
        if self.plan.terms_borrow() {
            // An expression such as `&*self.budget()` may borrow from a temporary, which
            // lives as long as the `match`.
            code!(#judgement match #terms { __retry_terms => { #decision } })
        } else {
            code!(#judgement let __retry_terms = #terms; #decision)
        }
    }

    /// `let __retry_judgement = ..;`: there is none where the attempt succeeded.
    pub(super) fn judgement(&self, body: &AttemptBody<'_>) -> TokenStream {
        let rt = self.rt;
        let output = SpanRange::of(body.output);
        let error = output.call(rt, "error", None, output.ours(code!(&__retry_outcome)));
        let (of_error, of_response) = (self.of_error(output), self.of_response(output));
        let breaker = self.plan.breaker.as_ref();
        let record = breaker.map(|_| {
            code! {
                let __retry_probe = __retry_admitted.is_probe();
                __retry_admitted.ended(__retry_judgement);
            }
        });
        code!(let __retry_judgement = #error.map(|__retry_error| #of_error) #of_response; #record)
    }

    /// The failed attempt, with all that the decision depends on.
    fn failure(&self, output: SpanRange) -> TokenStream {
        let (plan, rt) = (self.plan, self.rt);
        // At the result type, so that one that is no `Result` is reported once.
        let outcome = output.ours(code!(&__retry_outcome));
        let failed = code!(#rt::FailedAttempt::under(__retry_terms, __retry_judgement));
        let mut failure = code!(#rt::shown!(#failed, #outcome));
        if plan.timed {
            failure.extend(code!(.deadline(__retry_deadline)));
        }
        if plan.cuts() {
            failure.extend(code!(.cut(__retry_cut)));
        }
        if plan.backoff.is_some() {
            let span = SpanRange::of(&plan.backoff);
            let delays = span.arguments(span.ours(code!(&mut __retry_delays)));
            failure.extend(code!(.delays #delays));
        }
        if plan.breaker.is_some() {
            failure.extend(code!(.probe(__retry_probe)));
        }
        failure
    }

    /// `.or_else(..)`: a response that is judged like a failure.
    fn of_response(&self, output: SpanRange) -> Option<TokenStream> {
        let rt = self.rt;
        let ask = self.ask(self.plan.on_ok.as_ref()?, code!(&*__retry_response));
        let response = output.call(rt, "response", None, output.ours(code!(&__retry_outcome)));
        Some(
            code!(.or_else(|| #response.and_then(|__retry_response| #rt::Judgement::of_response(#ask)))),
        )
    }

    /// Leaves the loop with the outcome, and with why retries ended.
    pub(super) fn end(&self, ended: TokenStream) -> TokenStream {
        let rt = self.rt;
        if self.plan.hedge.is_some() {
            code!(return #rt::Tried::rejected(__retry_outcome))
        } else if self.plan.fallback.is_some() {
            code!(break (__retry_outcome, #ended))
        } else if self.returns {
            code!(return __retry_outcome)
        } else {
            code!(break __retry_outcome)
        }
    }

    /// The verdict on the error, from `on` or from the error itself.
    fn of_error(&self, output: SpanRange) -> TokenStream {
        let rt = self.rt;
        let cut = if self.plan.cuts() {
            code!(__retry_cut)
        } else {
            code!(#rt::None)
        };
        if let Some(on) = &self.plan.on {
            let answer = self.ask(on, code!(&*__retry_error));
            let own =
                code!({ use #rt::NoOwnVerdict as _; (&#rt::OwnVerdict(&*__retry_error)).own() });
            return code!(#rt::Judgement::by_predicate(#answer, #own, #cut));
        }
        let error = output.ours(code!(&*__retry_error, #cut));
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
