//! What follows an attempt: the end of the call, or the wait before the next retry.

use super::writer::{AttemptBody, LoopWriter};
use crate::plan::{Callable, OnPlan};
use crate::syntax::signature;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use quote::format_ident;
use syn::ExprClosure;

impl LoopWriter<'_> {
    /// An expression that leaves the loop, or whose value is how long to wait.
    pub(super) fn decision(&self, body: &AttemptBody<'_>) -> TokenStream {
        let rt = self.rt;
        let output = SpanRange::of(body.output);
        let (judged, unless_succeeded) = self.failure(body);
        let (next_wait, next) = (self.ask_call(output), self.next(body));
        let ended = if self.plan.fallback.is_some() {
            code!(__retry_ended)
        } else {
            code!(_)
        };
        let mut end = self.end(code!(#rt::Some((&__retry_call).end(__retry_ended))));
        if let Some(unfinished) = self.unfinished(output) {
            end = code!({ #unfinished #end });
        }
        let decision = code! {
            #unless_succeeded
            match #next_wait {
                #rt::Ok(__retry_wait) => #next,
                #rt::Err(#ended) => #end,
            }
        };
        if !self.plan.terms_borrow() {
            return code!(#judged #decision);
        }
        // An expression such as `&*self.budget()` may borrow from a temporary, which
        // lives as long as the `match`. The predicates have answered before.
        let terms = self.terms();
        code!(#judged match #terms { __retry_terms => { #decision } })
    }

    /// What asks the predicates, and `let __retry_judgement = ..;` of an attempt that
    /// failed. One that did not ends the loop.
    fn failure(&self, body: &AttemptBody<'_>) -> (TokenStream, TokenStream) {
        let rt = self.rt;
        let output = SpanRange::of(body.output);
        let (succeeded, end) = (self.succeeded(), self.end(code!(#rt::None)));
        if self.plan.judges_errors_alone() && !self.plan.terms_borrow() {
            let of_error = self.of_error(output);
            let failed = if signature::is_called_result(body.output) {
                // At the result type, which may be another one by that name.
                output.ours(code!(#rt::Err(__retry_error) = &__retry_outcome))
            } else {
                let error = self.part(output, "error");
                code!(#rt::Some(__retry_error) = #error)
            };
            let judged = code! {
                let #failed else {
                    #succeeded;
                    #end;
                };
            };
            return (judged, code!(let __retry_judgement = #of_error;));
        }
        let (judgement, happened) = (self.judgement(body), self.happened(output));
        let unless_succeeded = code! {
            let #rt::Some(__retry_judgement) = __retry_judgement else {
                #succeeded;
                #end;
            };
        };
        (code!(#judgement #happened), unless_succeeded)
    }

    /// Tells the call that it succeeded.
    fn succeeded(&self) -> TokenStream {
        if self.plan.terms_borrow() {
            return code!((&__retry_call).succeeded(__retry_terms));
        }
        let (site, budget) = (self.site_reference(), self.static_budget());
        code!((&__retry_call).succeeded_at(#site, #budget, __retry_ruling))
    }

    /// Ends in how long to wait, when a retry was decided.
    fn next(&self, body: &AttemptBody<'_>) -> TokenStream {
        let (told, keep) = (
            self.told(SpanRange::of(body.output)),
            self.keep(body.output),
        );
        let payer = if self.plan.terms_borrow() {
            code!(__retry_terms.payer())
        } else {
            self.static_budget()
        };
        match (told, keep) {
            (None, None) => code!(__retry_wait),
            // The user's code may panic: the retry is given back then.
            (told, keep) => code!({
                let mut __retry_paid = (&__retry_call).unstarted(#payer);
                #told
                #keep
                (&mut __retry_paid).spend();
                __retry_wait
            }),
        }
    }

    /// `let __retry_judgement = ..;`: there is none where the attempt succeeded.
    pub(super) fn judgement(&self, body: &AttemptBody<'_>) -> TokenStream {
        let output = SpanRange::of(body.output);
        let error = self.part(output, "error");
        let (of_error, of_response) = (self.of_error(output), self.of_response(output));
        let breaker = self.plan.breaker.as_ref();
        let record = breaker.map(|_| {
            code! {
                let __retry_probe = (&__retry_admitted).is_probe();
                __retry_admitted.ended(__retry_judgement);
            }
        });
        let rt = self.rt;
        code! {
            let __retry_judgement = match #error {
                #rt::Some(__retry_error) => #rt::Some(#of_error),
                #rt::None => #of_response,
            };
            #record
        }
    }

    /// Asks the call what follows the failure: in a few words where it is all there is to
    /// say.
    fn ask_call(&self, output: SpanRange) -> TokenStream {
        let (plan, rt) = (self.plan, self.rt);
        // At the result type, so that one that is no `Result` is reported once.
        let outcome = output.ours(code!(&__retry_outcome));
        if plan.terms_borrow() {
            let constructor =
                format_ident!("{}", if plan.until.is_some() { "of" } else { "under" });
            let failure = code!(#rt::FailedAttempt::#constructor(__retry_terms, __retry_judgement));
            let details = self.details();
            return code!((&mut __retry_call).failed(#rt::shown!(#failure, #outcome) #details));
        }
        let (site, budget) = (self.site_reference(), self.static_budget());
        let arguments = code!(#site, #budget, __retry_ruling, __retry_judgement);
        match (self.details(), &plan.until) {
            (None, None) => code!((&mut __retry_call).failed_at(#arguments, #rt::shown!(#outcome))),
            (details, until) => {
                let constructor = format_ident!("{}", if until.is_some() { "of_at" } else { "at" });
                let failure = code!(#rt::FailedAttempt::#constructor(#arguments));
                code!((&mut __retry_call).failed(#rt::shown!(#failure, #outcome) #details))
            }
        }
    }

    /// What else the decision depends on.
    fn details(&self) -> Option<TokenStream> {
        let plan = self.plan;
        let mut details = TokenStream::new();
        if plan.timed {
            details.extend(code!(.deadline(__retry_deadline)));
        }
        if plan.retries_for {
            details.extend(code!(.retry_until(__retry_until)));
        }
        if plan.cuts() {
            details.extend(code!(.cut(__retry_cut)));
        }
        if plan.backoff.is_some() {
            let span = SpanRange::of(&plan.backoff);
            let delays = span.arguments(span.ours(code!(&mut __retry_delays)));
            details.extend(code!(.delays #delays));
        }
        if plan.breaker.is_some() {
            details.extend(code!(.probe(__retry_probe)));
        }
        (!details.is_empty()).then_some(details)
    }

    /// What a response is judged like a failure by, if it is.
    fn of_response(&self, output: SpanRange) -> TokenStream {
        let rt = self.rt;
        let Some(on_ok) = &self.plan.on_ok else {
            return code!(#rt::None);
        };
        let ask = self.ask(on_ok, code!(&*__retry_response));
        let response = self.part(output, "response");
        code! {
            match #response {
                #rt::Some(__retry_response) => #rt::Judgement::of_response(#ask),
                #rt::None => #rt::None,
            }
        }
    }

    /// The `error` or the `response` of the outcome, if it has it.
    pub(super) fn part(&self, output: SpanRange, part: &str) -> TokenStream {
        self.part_of(code!(&__retry_outcome), output, part)
    }

    /// The same of the outcome that this borrows.
    pub(super) fn part_of(
        &self,
        outcome: TokenStream,
        output: SpanRange,
        part: &str,
    ) -> TokenStream {
        let rt = self.rt;
        let outcome = output.ours(outcome);
        if !self.plan.sees_whole() {
            return output.call(rt, part, None, outcome);
        }
        let part = format_ident!("__{part}");
        code!({ use #rt::NoResult as _; #rt::Whole(#outcome).#part() })
    }

    /// In a poll a response is a success only where it is what was polled for. What else
    /// happened takes the name of the judgement.
    fn happened(&self, output: SpanRange) -> Option<TokenStream> {
        let rt = self.rt;
        let until = self.plan.until.as_ref()?;
        let response = self.part(output, "response");
        let answer = self.called(until, code!(&*__retry_response));
        let finished = SpanRange::of(until).call(rt, "finished", None, answer);
        Some(code! {
            let __retry_judgement = #rt::polled(__retry_judgement, || {
                #response.is_some_and(|__retry_response| !#finished)
            });
        })
    }

    /// Makes an error of the last response of a poll that ran out.
    fn unfinished(&self, output: SpanRange) -> Option<TokenStream> {
        let unfinished = self.code(self.plan.unfinished.as_ref()?);
        let outcome = output.ours(code!(__retry_outcome));
        let arguments = code!(#outcome, #unfinished);
        let failed = output.call(self.rt, "unfinished", None, arguments);
        Some(code!(let __retry_outcome = #failed;))
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
        let own = code!((&#rt::OwnVerdict(&*__retry_error)).__own());
        let judged = match &self.plan.on {
            Some(OnPlan::Asked(on)) => {
                let answer = self.called(on, code!(&*__retry_error));
                return self.by_answer(SpanRange::of(on), answer, own);
            }
            Some(OnPlan::AskedWith(on)) => {
                return self.by_answer(SpanRange::of(on), self.ask_with(on), own);
            }
            Some(OnPlan::Always) => return code!(#rt::Judgement::always(#own, #cut)),
            Some(OnPlan::Known) => self.known(output, &cut),
            None => {
                let asked = output.call(rt, "Asked", None, output.ours(code!(&*__retry_error)));
                let asked = output.ours(code!(#asked.__asked()));
                output.call(rt, "by_itself", None, code!(#asked, #cut))
            }
        };
        if self.plan.is_unsent() {
            code!(#judged.unsent_only())
        } else {
            judged
        }
    }

    /// What the library knows of the error.
    fn known(&self, output: SpanRange, cut: &TokenStream) -> TokenStream {
        let rt = self.rt;
        let error = output.call(rt, "AskedKnown", None, code!(&*__retry_error));
        let known = output.ours(code!((&&&&#error).__known()));
        code!(#rt::known(&*__retry_error, {
            use #rt::{KnownByItself as _, KnownByType as _, KnownInside as _, NotKnown as _};
            #known
        }, #cut))
    }

    /// The answer of a predicate that sees the attempt as well. What is left of its time
    /// is what is left of the call.
    fn ask_with(&self, on: &ExprClosure) -> TokenStream {
        let rt = self.rt;
        let code = self.code(on);
        let span = SpanRange::of(&code);
        let limit = self.call_limit();
        let attempt = code!((&__retry_call).attempt(__retry_seed, #limit));
        let arguments = code!(#code, &*__retry_error, #attempt);
        span.call(rt, "ask_with", None, arguments)
    }

    /// What the answer of the user's predicate says of the error.
    fn by_answer(&self, span: SpanRange, answer: TokenStream, own: TokenStream) -> TokenStream {
        let mut judged = span.call(self.rt, "judged", None, code!(#answer, #own));
        if self.plan.cuts() {
            judged.extend(code!(.or_cut(__retry_cut)));
        }
        judged
    }

    /// The answer of the user's predicate to a reference, as a verdict.
    fn ask(&self, predicate: &Callable, subject: TokenStream) -> TokenStream {
        let answer = self.called(predicate, subject);
        SpanRange::of(predicate).call(self.rt, "answer", None, answer)
    }

    /// Calls the user's predicate.
    fn called(&self, predicate: &Callable, subject: TokenStream) -> TokenStream {
        let code = self.code(predicate);
        let span = SpanRange::of(&code);
        let subject = span.ours(subject);
        match predicate {
            Callable::Path(_) => {
                let arguments = span.arguments(subject);
                code!(#code #arguments)
            }
            Callable::Value(_) => span.call(self.rt, "ask", None, code!(#code, #subject)),
        }
    }
}
