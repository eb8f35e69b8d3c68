//! `before_retry`.

use super::Loop;
use crate::awaits;
use crate::options::{Hook, InlinedKind, inlined};
use crate::place::Place;
use proc_macro2::TokenStream;
use syn::Type;

impl Loop<'_> {
    /// Ends in the error that stands for the retry's outcome, if there is one.
    pub(super) fn hook(&self, hook: &Hook, output: &Type) -> TokenStream {
        let (plan, rt) = (self.plan, &self.plan.rt);
        let (retry, body) = (&hook.retry, self.code(&inlined::statements(&hook.body)));
        let place = Place::of(&hook.body);
        let rewritten = awaits::rewritten(&body, rt);
        let is_block = matches!(hook.body, syn::Expr::Block(_));
        let is_expr = rewritten.is_none() && hook.kind == InlinedKind::Value && !is_block;
        let body = rewritten.unwrap_or(body);
        let seed = if plan.names_attempt() {
            code!(seed)
        } else {
            code!(0)
        };
        let limit = if plan.timed {
            code!(#rt::Limit::of(#rt::None, deadline))
        } else {
            code!(#rt::None)
        };
        let witness = self.witness(output);
        let error = Place::of(output).call(rt, "error_of", None, witness.clone());
        let hook_error =
            |ended: TokenStream| place.call(rt, "hook_error", None, code!(#error, #ended));
        let bind = code!(let #retry = call.attempt(#seed, #limit););
        let expect = matches!(hook.kind, InlinedKind::Block { fallible: true, .. }).then(|| {
            let never = Place::of(output).call(rt, "never_ended", None, witness.clone());
            code!(if let #rt::Some(ended) = #never { return ended; })
        });
        if plan.shape.is_sync() {
            let value = match hook.kind {
                InlinedKind::Value => code!(#bind #body),
                InlinedKind::Block { .. } => code!(#expect #bind #body),
            };
            let value = place.call(rt, "layer_sync", None, code!(true, || { #value }));
            let ended = hook_error(value);
            return code!(if call.is_retry() { #ended } else { #rt::None });
        }
        let (outside, value) = match hook.kind {
            // As it stands, so that a fault of its type is one of its own.
            InlinedKind::Value if is_expr => (Some(bind), body),
            InlinedKind::Value => (None, place.block(code!(#bind #body))),
            InlinedKind::Block { .. } => (None, code!(async { #expect #bind #body })),
        };
        // What the closure ends in is awaited as well.
        let value = match hook.kind {
            InlinedKind::Value => {
                let operand = place.call(rt, "Operand", None, value);
                let passed = place.ours(code!(.__pass()));
                code!(#operand #passed)
            }
            InlinedKind::Block { .. } => value,
        };
        let given = place.call(rt, "Inlined", None, value);
        let future = place
            .block(code!(use #rt::Settled as _; #outside #rt::Layer::new(true, #given.settle())));
        let ended = hook_error(place.ours(code!(ended)));
        if !plan.timed {
            let is_awaited = place.ours(code!(.await));
            let ended = hook_error(code!(#future #is_awaited));
            return code!(if call.is_retry() { #ended } else { #rt::None });
        }
        let (sleep, elapsed) = (self.sleep(), self.elapsed(output));
        code!(if call.is_retry() {
            match #rt::Cut::new(#future, #limit, |wait| #sleep).await {
                #rt::Ok(ended) => #ended,
                #rt::Err(elapsed) => {
                    cut = #rt::Some(elapsed);
                    #rt::Some(#elapsed)
                }
            }
        } else { #rt::None })
    }
}
