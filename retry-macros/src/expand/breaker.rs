//! The circuit breaker, which is asked before each attempt.

use super::writer::LoopWriter;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use syn::Type;

impl LoopWriter<'_> {
    /// Asks the circuit breaker.
    pub(super) fn admission(&self, output: &Type) -> Option<TokenStream> {
        let rt = self.rt;
        let breaker = self.plan.breaker.as_ref()?;
        let span = SpanRange::of(breaker);
        let gate = self.code(breaker);
        let door = span.call(rt, "Door", None, span.ours(code!(&__retry_gate)));
        let (admit, arguments) = (span.ident("__admit"), span.arguments(code!()));
        let admitted = code!({ use #rt::NoGate as _; #door.#admit #arguments });
        let rejection = self.rejection(output);
        Some(code! {
            let __retry_gate = #gate;
            let __retry_admitted = match #admitted {
                #rt::Ok(__retry_admitted) => __retry_admitted,
                #rt::Err(__retry_rejected) => #rejection
            };
        })
    }

    /// Ends the call, and reports it; under `hedge` the runtime does that. What the budget
    /// has paid is given back though the user's conversion panics.
    fn rejection(&self, output: &Type) -> TokenStream {
        let rt = self.rt;
        let failed = self.failed(output, self.rejected(output));
        let outcome = code!(let __retry_outcome: #output = #failed;);
        let end = code!((&__retry_call).end_before(#rt::Ended::Rejected));
        let end = self.end(code!(#rt::Some(#end)));
        if self.plan.hedge.is_some() {
            return code!({ #outcome #end });
        }
        let terms = self.terms();
        code! {
            match #terms {
                __retry_terms => {
                    let __retry_paid = (&__retry_call).unstarted(__retry_terms.payer());
                    #outcome
                    (&__retry_call).rejected(__retry_terms, __retry_paid, #rt::shown!(&__retry_outcome));
                    #end
                }
            }
        }
    }
}
