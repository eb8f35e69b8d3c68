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
        let (admit, arguments) = (span.ident("admit"), span.arguments(code!()));
        let admitted = code!({ use #rt::NoGate as _; #door.#admit #arguments });
        let failed = self.failed(output, self.rejected(output));
        let end = code!(__retry_call.end_before(#rt::Ended::Rejected));
        let end = self.end(code!(#rt::Some(#end)));
        let tell = self.tell_of_rejection();
        Some(code! {
            let __retry_gate = #gate;
            let __retry_admitted = match #admitted {
                #rt::Ok(__retry_admitted) => __retry_admitted,
                #rt::Err(__retry_rejected) => {
                    let __retry_outcome: #output = #failed;
                    #tell
                    #end
                }
            };
        })
    }

    /// Reports the rejection; under `hedge` the runtime does that.
    fn tell_of_rejection(&self) -> Option<TokenStream> {
        let rt = self.rt;
        if self.plan.hedge.is_some() {
            return None;
        }
        let terms = self.terms();
        Some(code!(__retry_call.rejected(#terms, #rt::shown!(&__retry_outcome));))
    }
}
