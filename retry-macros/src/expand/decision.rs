//! What becomes of an attempt: success, a verdict on its failure, the next
//! retry or the end.

use super::{Body, Loop};
use crate::options::Call;
use crate::place::Place;
use proc_macro2::TokenStream;
use syn::Type;

impl Loop<'_> {
    /// Asks the circuit breaker.
    pub(super) fn admission(&self, output: &Type) -> Option<TokenStream> {
        let rt = &self.plan.rt;
        let breaker = self.plan.breaker.as_ref()?;
        let place = Place::of(breaker);
        let gate = self.code(breaker);
        let door = place.call(rt, "Door", None, place.ours(code!(&gate)));
        let (admit, arguments) = (place.name("admit"), place.arguments(code!()));
        let admitted = code!({ use #rt::NoGate as _; #door.#admit #arguments });
        let failed = self.failed(output, self.rejected(output));
        let end = self.end(&code!(#rt::Ended::Rejected));
        let tell = self.tell_of_rejection();
        Some(code! {
            let gate = #gate;
            let admitted = match #admitted {
                #rt::Ok(admitted) => admitted,
                #rt::Err(rejected) => {
                    let outcome: #output = #failed;
                    #tell
                    #end
                }
            };
        })
    }

    /// Side by side, the driver does it.
    fn tell_of_rejection(&self) -> Option<TokenStream> {
        let (rt, site) = (&self.plan.rt, self.site_name());
        if self.plan.hedge.is_some() {
            return None;
        }
        let budget = self.budget().map(|budget| code!(.budget(#budget)));
        Some(code! {
            call.rejected(
                &#rt::Failure::of(&#site, #rt::Verdict::not_sent())
                    .error(#rt::shown!(&outcome)) #budget
            );
        })
    }

    /// Ends the loop with the outcome, or ends in how long to wait.
    pub(super) fn decision(&self, body: &Body<'_>) -> TokenStream {
        let rt = &self.plan.rt;
        let (verdict, failure) = (self.judgement(body), self.failure(Place::of(body.output)));
        let end = self.end(&code!(ended));
        let ended = if self.plan.fallback.is_some() {
            code!(ended)
        } else {
            code!(_)
        };
        code! {
            #verdict
            match call.failed(#failure) {
                #rt::Ok(wait) => wait,
                #rt::Err(#ended) => #end,
            }
        }
    }

    /// `let verdict = ..;`: leaves where the attempt succeeded.
    pub(super) fn judgement(&self, body: &Body<'_>) -> TokenStream {
        let rt = &self.plan.rt;
        let output = Place::of(body.output);
        let error = output.call(rt, "error", None, output.ours(code!(&outcome)));
        let (verdict, success) = (self.verdict(output), self.success(output));
        let record = self.plan.breaker.as_ref().map(|_| {
            code! {
                let probe = admitted.is_probe();
                admitted.failed(verdict);
            }
        });
        code! {
            let verdict = match #error {
                #rt::None => #success,
                #rt::Some(error) => #verdict,
            };
            #record
        }
    }

    /// The failed attempt and all that bears on the decision.
    fn failure(&self, output: Place) -> TokenStream {
        let (plan, rt, site) = (self.plan, &self.plan.rt, self.site_name());
        // At the result: one that is none is one fault, not two.
        let outcome = output.ours(code!(&outcome));
        let mut failure = code! {
            #rt::Failure::of(&#site, verdict).error(#rt::shown!(#outcome))
        };
        if plan.timed {
            failure.extend(code!(.deadline(deadline)));
        }
        if plan.cuts() {
            failure.extend(code!(.cut(cut)));
        }
        if plan.backoff.is_some() {
            let place = Place::of(&plan.backoff);
            let delays = place.arguments(place.ours(code!(&mut delays)));
            failure.extend(code!(.delays #delays));
        }
        if let Some(budget) = self.budget() {
            failure.extend(code!(.budget(#budget)));
        }
        if plan.breaker.is_some() {
            failure.extend(code!(.probe(probe)));
        }
        failure
    }

    /// What becomes of a success.
    fn success(&self, output: Place) -> TokenStream {
        let rt = &self.plan.rt;
        let record = self
            .plan
            .breaker
            .as_ref()
            .map(|_| code!(admitted.succeeded();));
        let end = self.end_well();
        let Some(on_ok) = &self.plan.on_ok else {
            return code!({ #record #end });
        };
        let ask = self.ask(on_ok, code!(&*response));
        let response = output.call(rt, "response", None, output.ours(code!(&outcome)));
        code!(match #response.map(|response| #ask) {
            #rt::Some(verdict) if verdict.is_retryable() => verdict,
            _ => { #record #end }
        })
    }

    /// Leaves with a success.
    fn end_well(&self) -> TokenStream {
        let (rt, site) = (&self.plan.rt, self.site_name());
        if self.plan.hedge.is_some() {
            return code!(return #rt::Tried::succeeded(outcome););
        }
        let earn = self
            .budget()
            .map(|budget| code!((#budget).record_success();));
        let end = if self.plan.fallback.is_some() {
            code!(break (outcome, #rt::None);)
        } else {
            code!(break outcome;)
        };
        code!(#earn call.succeeded(&#site); #end)
    }

    /// Leaves because retries ended.
    fn end(&self, ended: &TokenStream) -> TokenStream {
        let rt = &self.plan.rt;
        if self.plan.hedge.is_some() {
            code!(return #rt::Tried::rejected(outcome))
        } else if self.plan.fallback.is_some() {
            code!(break (outcome, #rt::Some(#ended)))
        } else {
            code!(break outcome)
        }
    }

    /// What the error says about trying again.
    fn verdict(&self, output: Place) -> TokenStream {
        let rt = &self.plan.rt;
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
    fn ask(&self, predicate: &Call, subject: TokenStream) -> TokenStream {
        let rt = &self.plan.rt;
        let code = self.code(&predicate.to_tokens());
        let place = Place::of(&code);
        let subject = place.ours(subject);
        let answer = match predicate {
            Call::Path(_) => {
                let arguments = place.arguments(subject);
                code!(#code #arguments)
            }
            Call::Value(_) => place.call(rt, "ask", None, code!(#code, #subject)),
        };
        place.call(rt, "answer", None, answer)
    }
}
