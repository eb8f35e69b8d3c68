//! The circuit breaker, which is asked before each attempt.

use super::Loop;
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
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
        let end = self.end(code!(#rt::Some(#rt::Ended::Rejected)));
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
        let rt = &self.plan.rt;
        if self.plan.hedge.is_some() {
            return None;
        }
        let terms = self.terms();
        Some(code!(call.rejected(#terms, #rt::shown!(&outcome));))
    }
}
