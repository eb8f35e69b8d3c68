//! `fallback`: what the function returns where retries end in failure.

use super::writer::LoopWriter;
use crate::plan::{ClosureKind, Fallback};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{block_like, code, statements};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::Type;

impl LoopWriter<'_> {
    /// The attempts, and the fallback for a failure.
    pub(super) fn with_fallback(&self, output: &Type, attempts: TokenStream) -> TokenStream {
        let rt = self.rt;
        let Some(fallback) = &self.plan.fallback else {
            return attempts;
        };
        let value = self.fallback(fallback, output);
        let split = SpanRange::of(output).call(rt, "into_result", None, code!(__retry_outcome));
        let end = self.ends_in(code!(__retry_outcome));
        code! {
            let (__retry_outcome, __retry_end) = { #attempts };
            let (__retry_error, __retry_end) = match (#split, __retry_end) {
                (#rt::Err(__retry_error), #rt::Some(__retry_end)) => (__retry_error, __retry_end),
                (__retry_outcome, _) => return __retry_outcome,
            };
            let __retry_outcome: #output = #value;
            #end
        }
    }

    fn fallback(&self, fallback: &Fallback, output: &Type) -> TokenStream {
        let rt = self.rt;
        let is_sync = self.plan.function_kind.is_sync();
        let (bind, body, kind, closure) = match fallback {
            Fallback::Path(path) => {
                let span = SpanRange::of(path);
                let arguments = span.arguments(span.ours(code!(__retry_error)));
                (
                    code!(let _ = __retry_end;),
                    code!(#path #arguments),
                    ClosureKind::Value,
                    None,
                )
            }
            Fallback::Inlined {
                error,
                end,
                body: closure,
                kind,
            } => {
                let end = end.as_ref().map(ToTokens::to_token_stream);
                let end = end.unwrap_or_else(|| code!(_));
                let body = self.code(&statements(closure));
                (
                    code!(let #error = __retry_error; let #end = __retry_end;),
                    body,
                    *kind,
                    Some(closure),
                )
            }
        };
        let span = SpanRange::of(&body);
        let block = |tokens| {
            if let Some(closure) = closure {
                block_like(closure, tokens).into_token_stream()
            } else {
                code!({ #tokens })
            }
        };
        match (kind, is_sync) {
            (ClosureKind::Value, true) => code!({ #bind #body }),
            // A closure that does not await: the error is not held over an `.await`, so it
            // need not be `Send`.
            (ClosureKind::Block { awaits: false, .. }, _) | (ClosureKind::Block { .. }, true) => {
                let block = block(code!(#bind #body));
                code!((|| -> #output #block)())
            }
            (ClosureKind::Value, false) => {
                let given = span.call(rt, "Inlined", None, code!({ #bind #body }));
                let settled = quote_spanned!(span.last()=> .__settle().await);
                quote_spanned!(span.first()=> { use #rt::Settled as _; #given #settled })
            }
            (ClosureKind::Block { .. }, false) => {
                let expected = self.expected(output);
                let block = block(code!(#expected #bind #body));
                code!(async #block.await)
            }
        }
    }
}
