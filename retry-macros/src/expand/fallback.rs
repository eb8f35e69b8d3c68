//! `fallback`: what stands in where retries end in failure.

use super::Loop;
use crate::options::closure::{self, Fallback};
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::Type;

impl Loop<'_> {
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
                    closure::Kind::Value,
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
                let body = self.code(&closure::statements(body));
                (code!(let #error = error; let #ended = ended;), body, *kind)
            }
        };
        let place = Place::of(&body);
        match (kind, is_sync) {
            (closure::Kind::Value, true) => code!({ #bind #body }),
            // Without an `.await` the error need not be `Send`.
            (closure::Kind::Block { awaits: false, .. }, _)
            | (closure::Kind::Block { .. }, true) => {
                code!((|| -> #output { #bind #body })())
            }
            (closure::Kind::Value, false) => {
                let given = place.call(rt, "Inlined", None, code!({ #bind #body }));
                let settled = quote_spanned!(place.last()=> .settle().await);
                quote_spanned!(place.first()=> { use #rt::Settled as _; #given #settled })
            }
            (closure::Kind::Block { .. }, false) => {
                let expected = self.expected(output);
                code!(async { #expected #bind #body }.await)
            }
        }
    }
}
