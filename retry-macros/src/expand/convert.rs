//! How an elapsed limit or a rejection becomes an error of the function.

use super::Loop;
use crate::options::callable::Call;
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
use proc_macro2::{Ident, TokenStream};
use syn::Type;

impl Loop<'_> {
    /// Turns `elapsed` into an error.
    pub(super) fn elapsed(&self, output: &Type) -> TokenStream {
        self.converted(self.plan.elapsed.as_ref(), &code!(elapsed), output)
    }

    /// Turns `rejected` into an error.
    pub(super) fn rejected(&self, output: &Type) -> TokenStream {
        self.converted(self.plan.rejected.as_ref(), &code!(rejected), output)
    }

    /// Turns what ended the call into an error: the way that was given, or by
    /// `From`.
    fn converted(&self, given: Option<&Call>, cause: &TokenStream, output: &Type) -> TokenStream {
        let rt = &self.plan.rt;
        if let Some(call) = given {
            let code = self.code(&call.to_tokens());
            let place = Place::of(&code);
            if let Call::Value(_) = call {
                return place.call(rt, "convert", None, code!(#code, #cause));
            }
            let arguments = place.arguments(place.ours(cause.clone()));
            return code!(#code #arguments);
        }
        let place = Place::of(output);
        let witness = self.witness(output);
        let conversion = place.call(rt, "from_cause", None, code!(#witness, #cause));
        let (error, arguments) = (Ident::new("error", place.first()), place.arguments(code!()));
        code!({ use #rt::FromCauseMissing as _; #conversion.#error #arguments })
    }

    /// `outcome` as the error stands for it.
    pub(super) fn failed(&self, output: &Type, error: TokenStream) -> TokenStream {
        let witness = self.witness(output);
        Place::of(output).call(&self.plan.rt, "failed", None, code!(#witness, #error))
    }

    /// The result type as a value: a call that is not told its type in words is
    /// blamed for it where it stands, once.
    pub(super) fn witness(&self, output: &Type) -> TokenStream {
        Place::of(output).call(&self.plan.rt, "result", Some(code!(#output)), code!())
    }

    /// At the head of an `async` block: the type that it ends in. The expectation
    /// of a type does not pass `.await`.
    pub(super) fn expected(&self, output: &Type) -> TokenStream {
        let rt = &self.plan.rt;
        code!(#rt::returns!(#output);)
    }
}
