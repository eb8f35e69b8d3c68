//! `before_retry`.

use super::{Loop, awaits};
use crate::options::closure::{self, Hook};
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use syn::{Expr, Pat, Type};

/// A hook in pieces, which the ways to run it put together.
struct Pieces<'h> {
    rt: &'h TokenStream,
    place: Place,
    kind: closure::Kind,
    /// `let RETRY = ..;`
    bind: TokenStream,
    body: TokenStream,
    /// Whether the body is an expression just as the user wrote it.
    is_expr: bool,
    /// What tells the body the type that it ends in.
    expected: Option<TokenStream>,
    /// Which of the function's types the error is.
    error: TokenStream,
}

impl Loop<'_> {
    /// Ends in the error that stands for the retry's outcome, if there is one.
    pub(super) fn hook(&self, hook: &Hook, output: &Type) -> TokenStream {
        let rt = &self.plan.rt;
        let pieces = self.pieces(hook, output);
        let error = if self.plan.shape.is_sync() {
            pieces.called()
        } else if self.plan.timed {
            self.cut(&pieces, output)
        } else {
            pieces.awaited()
        };
        code!(if call.is_retry() { #error } else { #rt::None })
    }

    fn pieces(&self, hook: &Hook, output: &Type) -> Pieces<'_> {
        let rt = &self.plan.rt;
        let body = self.code(&closure::statements(&hook.body));
        let rewritten = awaits::rewritten(&body, self.plan.caller());
        let is_value = hook.kind == closure::Kind::Value;
        let is_fallible = matches!(hook.kind, closure::Kind::Block { fallible: true, .. });
        let returned = Place::of(output);
        Pieces {
            rt,
            place: Place::of(&hook.body),
            kind: hook.kind,
            bind: self.bind(&hook.retry),
            is_expr: is_value && rewritten.is_none() && !matches!(hook.body, Expr::Block(_)),
            body: rewritten.unwrap_or(body),
            expected: is_fallible.then(|| {
                let never = returned.call(rt, "never_ended", None, self.witness(output));
                code!(if let #rt::Some(ended) = #never { return ended; })
            }),
            error: returned.call(rt, "error_of", None, self.witness(output)),
        }
    }

    /// The retry that is about to start, as the hook sees it.
    fn bind(&self, retry: &Pat) -> TokenStream {
        let seed = if self.plan.names_attempt() {
            code!(seed)
        } else {
            code!(0)
        };
        let limit = self.hook_limit();
        code!(let #retry = call.attempt(#seed, #limit);)
    }

    /// No attempt's `timeout`: the deadline alone.
    fn hook_limit(&self) -> TokenStream {
        let rt = &self.plan.rt;
        if self.plan.timed {
            code!(#rt::Limit::of(#rt::None, deadline))
        } else {
            code!(#rt::None)
        }
    }

    /// Awaits the hook no longer than the call may take.
    fn cut(&self, pieces: &Pieces<'_>, output: &Type) -> TokenStream {
        let rt = &self.plan.rt;
        let (future, limit) = (pieces.future(), self.hook_limit());
        let error = pieces.error(pieces.place.ours(code!(ended)));
        let (sleep, elapsed) = (self.sleep(), self.elapsed(output));
        code! {
            match #rt::Cut::new(#future, #limit, |wait| #sleep).await {
                #rt::Ok(ended) => #error,
                #rt::Err(elapsed) => {
                    cut = #rt::Some(elapsed);
                    #rt::Some(#elapsed)
                }
            }
        }
    }
}

impl Pieces<'_> {
    /// Runs the hook of a sync fn.
    fn called(&self) -> TokenStream {
        let (bind, body) = (&self.bind, &self.body);
        let value = match self.kind {
            closure::Kind::Value => code!(#bind #body),
            closure::Kind::Block { .. } => {
                let expected = &self.expected;
                code!(#expected #bind #body)
            }
        };
        let arguments = code!(true, || { #value });
        self.error(self.place.call(self.rt, "layer_sync", None, arguments))
    }

    /// Awaits the hook for as long as it takes.
    fn awaited(&self) -> TokenStream {
        let future = self.future();
        let is_awaited = self.place.ours(code!(.await));
        self.error(code!(#future #is_awaited))
    }

    /// The error in what the hook `ended` in.
    fn error(&self, ended: TokenStream) -> TokenStream {
        let error = &self.error;
        let arguments = code!(#error, #ended);
        self.place.call(self.rt, "hook_error", None, arguments)
    }

    /// The hook as a future that ends in `()` or in a `Result`.
    fn future(&self) -> TokenStream {
        let (rt, place, bind, body) = (self.rt, self.place, &self.bind, &self.body);
        let (outside, value) = match self.kind {
            // As it stands, so that a fault of its type is one of its own.
            closure::Kind::Value if self.is_expr => (Some(bind), self.operand(body.clone())),
            closure::Kind::Value => (None, self.operand(place.block(code!(#bind #body)))),
            closure::Kind::Block { .. } => {
                let expected = &self.expected;
                (None, code!(async { #expected #bind #body }))
            }
        };
        let given = place.call(rt, "Inlined", None, value);
        place.block(code!(use #rt::Settled as _; #outside #rt::Layer::new(true, #given.settle())))
    }

    /// What the closure ends in is awaited as well.
    fn operand(&self, value: TokenStream) -> TokenStream {
        let operand = self.place.call(self.rt, "Operand", None, value);
        let passed = self.place.ours(code!(.__pass()));
        code!(#operand #passed)
    }
}
