//! How a call ends without an answer of its own: limits and rejections become
//! errors of the function, and a fallback may stand in.

use super::Loop;
use crate::options::{Call, Fallback, InlinedKind, inlined};
use crate::place::Place;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
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

    /// The attempts, and what stands in where they end in failure.
    pub(super) fn with_fallback(&self, output: &Type, attempts: TokenStream) -> TokenStream {
        let rt = &self.plan.rt;
        let Some(fallback) = &self.plan.fallback else {
            return attempts;
        };
        let value = self.fallback(fallback, output);
        let split = Place::of(output).call(rt, "into_result", None, code!(outcome));
        code! {
            let (outcome, ended) = { #attempts };
            let (error, ended) = match (#split, ended) {
                (#rt::Err(error), #rt::Some(ended)) => (error, ended),
                (outcome, _) => return outcome,
            };
            let outcome: #output = #value;
            outcome
        }
    }

    fn fallback(&self, fallback: &Fallback, output: &Type) -> TokenStream {
        let rt = &self.plan.rt;
        let is_sync = self.plan.shape.is_sync();
        let (bind, body, kind) = match fallback {
            Fallback::Path(path) => {
                let place = Place::of(path);
                let arguments = place.arguments(place.ours(code!(error)));
                (
                    code!(let _ = ended;),
                    code!(#path #arguments),
                    InlinedKind::Value,
                )
            }
            Fallback::Inlined {
                error,
                ended,
                body,
                kind,
            } => {
                let ended = ended.as_ref().map(ToTokens::to_token_stream);
                let ended = ended.unwrap_or_else(|| code!(_));
                let body = self.code(&inlined::statements(body));
                (code!(let #error = error; let #ended = ended;), body, *kind)
            }
        };
        let place = Place::of(&body);
        match (kind, is_sync) {
            (InlinedKind::Value, true) => code!({ #bind #body }),
            // Without an `.await` the error need not be `Send`.
            (InlinedKind::Block { awaits: false, .. }, _) | (InlinedKind::Block { .. }, true) => {
                code!((|| -> #output { #bind #body })())
            }
            (InlinedKind::Value, false) => {
                let given = place.call(rt, "Inlined", None, code!({ #bind #body }));
                let settled = quote_spanned!(place.last()=> .settle().await);
                quote_spanned!(place.first()=> { use #rt::Settled as _; #given #settled })
            }
            (InlinedKind::Block { .. }, false) => {
                let expected = self.expected(output);
                code!(async { #expected #bind #body }.await)
            }
        }
    }
}
