//! `before_retry`: the user's closure, inlined before each retry.

use super::writer::LoopWriter;
use crate::plan::{BeforeRetry, ClosureKind};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{block_like, code, statements};
use crate::syntax::words::Words;
use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Type};

/// The parts of an inlined closure, which each way to run it puts together.
struct Pieces<'h> {
    rt: &'h Ident,
    span: SpanRange,
    kind: ClosureKind,
    /// `let RETRY = ..;`
    bind: TokenStream,
    body: TokenStream,
    /// The same as it was written.
    closure: &'h Expr,
    /// Whether the body is one expression, unchanged.
    is_expr: bool,
    /// A dead `return`, which gives the body the type that it ends in.
    expected: Option<TokenStream>,
    /// A value of the runtime's that stands for the error type of the function.
    error: TokenStream,
}

impl LoopWriter<'_> {
    /// The error of the closure, if it ends in one: it is the outcome of the retry then.
    pub(super) fn hook(&self, hook: &BeforeRetry, output: &Type) -> TokenStream {
        let rt = self.rt;
        let pieces = self.pieces(hook, output);
        let error = if self.plan.function_kind.is_sync() {
            pieces.called()
        } else if self.plan.timed {
            self.cut(&pieces, output)
        } else {
            pieces.awaited()
        };
        let is_retry = self.is_retry();
        code!(if #is_retry { #error } else { #rt::None })
    }

    fn pieces<'h>(&'h self, hook: &'h BeforeRetry, output: &Type) -> Pieces<'h> {
        let rt = self.rt;
        let body = self.code(&statements(&hook.body));
        let rewritten = self.checked_awaits(&body, &Words::of(body.clone()));
        let is_value = hook.kind == ClosureKind::Value;
        if is_value && !self.plan.function_kind.is_sync() {
            // The value itself may be a future, and is awaited then.
            self.checks_awaits.set(true);
        }
        let is_fallible = matches!(hook.kind, ClosureKind::Block { fallible: true, .. });
        let returned = SpanRange::of(output);
        Pieces {
            rt,
            span: SpanRange::of(&hook.body),
            kind: hook.kind,
            bind: self.bind(hook),
            is_expr: is_value && rewritten.is_none() && !matches!(hook.body, Expr::Block(_)),
            body: rewritten.unwrap_or(body),
            closure: &hook.body,
            expected: is_fallible.then(|| {
                let never = returned.call(rt, "never_ended", None, self.witness(output));
                code!(if let #rt::Some(__retry_ended) = #never { return __retry_ended; })
            }),
            error: self.error_type(output),
        }
    }

    /// Binds the closure's parameters.
    fn bind(&self, hook: &BeforeRetry) -> TokenStream {
        let retry = &hook.retry;
        let seed = if self.plan.names_attempt() {
            code!(__retry_seed)
        } else {
            code!(0)
        };
        let limit = self.call_limit();
        let error = hook.error.as_ref().map(|error| {
            let before = if self.plan.hedge.is_some() {
                code!((&mut __retry_handed).as_mut())
            } else {
                code!((&mut __retry_kept).current())
            };
            code!(let #error = #before;)
        });
        code!(let #retry = (&__retry_call).attempt(#seed, #limit); #error)
    }

    /// The limit of the call: the deadline alone, since `timeout` is of an attempt.
    pub(super) fn call_limit(&self) -> TokenStream {
        let rt = self.rt;
        if self.plan.timed {
            code!(#rt::Limit::of(#rt::None, __retry_deadline))
        } else {
            code!(#rt::None)
        }
    }

    /// Awaits the closure, cut by the deadline.
    fn cut(&self, pieces: &Pieces<'_>, output: &Type) -> TokenStream {
        let rt = self.rt;
        let (future, limit) = (pieces.future(), self.call_limit());
        let error = pieces.error(pieces.span.ours(code!(__retry_ended)));
        let (sleep, elapsed) = (self.sleep(), self.elapsed(output));
        code! {
            match #rt::Cut::new(#future, #limit, |__retry_wait| #sleep).await {
                #rt::Ok(__retry_ended) => #error,
                #rt::Err(__retry_elapsed) => {
                    __retry_cut = #rt::Some(__retry_elapsed);
                    #rt::Some(#elapsed)
                }
            }
        }
    }
}

impl Pieces<'_> {
    /// Runs the closure in a sync fn.
    fn called(&self) -> TokenStream {
        let (rt, bind, body) = (self.rt, &self.bind, &self.body);
        let value = match self.kind {
            ClosureKind::Value => code!(#bind #body),
            ClosureKind::Block { .. } => {
                let expected = &self.expected;
                code!(#expected #bind #body)
            }
        };
        let block = block_like(self.closure, value);
        let arguments = code!(#rt::AttemptScope::RETRY, || #block);
        self.error(self.span.call(self.rt, "layer_sync", None, arguments))
    }

    /// Awaits the closure without a limit.
    fn awaited(&self) -> TokenStream {
        let future = self.future();
        let is_awaited = self.span.ours(code!(.await));
        self.error(code!(#future #is_awaited))
    }

    /// The error in what the closure `ended` in.
    fn error(&self, ended: TokenStream) -> TokenStream {
        let error = &self.error;
        let arguments = code!(#error, #ended);
        self.span.call(self.rt, "hook_error", None, arguments)
    }

    /// The closure as a future that ends in `()` or in a `Result`.
    fn future(&self) -> TokenStream {
        let (rt, span, bind, body) = (self.rt, self.span, &self.bind, &self.body);
        let (outside, value) = match self.kind {
            // Unchanged, so that rustc reports a wrong type at the user's expression.
            ClosureKind::Value if self.is_expr => (Some(bind), self.operand(body.clone())),
            ClosureKind::Value => (None, self.operand(span.block(code!(#bind #body)))),
            ClosureKind::Block { .. } => {
                let expected = &self.expected;
                let block = block_like(self.closure, code!(#expected #bind #body));
                (None, code!(async #block))
            }
        };
        let given = span.call(rt, "Inlined", None, value);
        span.block(code!(use #rt::Settled as _; #outside #rt::Layer::new(#rt::AttemptScope::RETRY, #given.__settle())))
    }

    /// Checks what the closure ends in as an awaited operand: it may be a future.
    fn operand(&self, value: TokenStream) -> TokenStream {
        let operand = self.span.call(self.rt, "Operand", None, value);
        let passed = self.span.ours(code!(.__pass()));
        code!(#operand #passed)
    }
}
