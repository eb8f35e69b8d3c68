//! How an elapsed limit or a rejection becomes an error of the function.

use super::writer::LoopWriter;
use crate::plan::Callable;
use crate::syntax::signature;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::{Ident, TokenStream};
use syn::Type;

impl LoopWriter<'_> {
    /// Turns `elapsed` into an error.
    pub(super) fn elapsed(&self, output: &Type) -> TokenStream {
        let elapsed = self.plan.elapsed.as_ref();
        if let Some(elapsed) = elapsed.filter(|_| self.plan.elapsed_sees_last()) {
            let code = self.code(elapsed);
            let kept = if self.plan.hedge.is_some() {
                code!(__retry_kept)
            } else {
                code!((&mut __retry_kept))
            };
            let arguments = code!(#code, __retry_elapsed, #kept.take_last());
            return SpanRange::of(&code).call(self.rt, "convert_last", None, arguments);
        }
        self.converted(elapsed, &code!(__retry_elapsed), output)
    }

    /// Turns `rejected` into an error.
    pub(super) fn rejected(&self, output: &Type) -> TokenStream {
        self.converted(
            self.plan.rejected.as_ref(),
            &code!(__retry_rejected),
            output,
        )
    }

    /// Turns what ended the call into an error: by the user's own code, or by `From`.
    fn converted(
        &self,
        given: Option<&Callable>,
        cause: &TokenStream,
        output: &Type,
    ) -> TokenStream {
        let rt = self.rt;
        if let Some(call) = given {
            let code = self.code(call);
            let span = SpanRange::of(&code);
            if let Callable::Value(_) = call {
                return span.call(rt, "convert", None, code!(#code, #cause));
            }
            let arguments = span.arguments(span.ours(cause.clone()));
            return code!(#code #arguments);
        }
        let span = SpanRange::of(output);
        let witness = self.witness(output);
        let conversion = span.call(rt, "from_cause", None, code!(#witness, #cause));
        let (error, arguments) = (Ident::new("__error", span.first()), span.arguments(code!()));
        code!({ use #rt::FromCauseMissing as _; #conversion.#error #arguments })
    }

    /// The outcome that an error stands for.
    pub(super) fn failed(&self, output: &Type, error: TokenStream) -> TokenStream {
        let witness = self.witness(output);
        SpanRange::of(output).call(self.rt, "failed", None, code!(#witness, #error))
    }

    /// The outcome that an error of `before_retry` stands for. Where the outcome is no
    /// `Result` there is no such error.
    pub(super) fn failed_before(&self, output: &Type, error: TokenStream) -> TokenStream {
        if !self.plan.sees_whole() {
            return self.failed(output, error);
        }
        let (rt, whole) = (self.rt, self.whole_type(output));
        code!({ use #rt::NoResultOf as _; #whole.__failed(#error) })
    }

    /// A value that stands for the error type.
    pub(super) fn error_type(&self, output: &Type) -> TokenStream {
        let rt = self.rt;
        if !self.plan.sees_whole() {
            return SpanRange::of(output).call(rt, "error_of", None, self.witness(output));
        }
        let whole = self.whole_type(output);
        code!({ use #rt::NoResultOf as _; #whole.__error() })
    }

    pub(super) fn whole_type(&self, output: &Type) -> TokenStream {
        SpanRange::of(output).call(self.rt, "whole_of", None, self.witness(output))
    }

    /// A value that stands for the result type. A function of the runtime infers the
    /// type from it, so that a wrong type is one error, at the span of the type.
    /// A type with an `impl Trait` in it is named once only, or each name would be a type
    /// of its own.
    pub(super) fn witness(&self, output: &Type) -> TokenStream {
        if signature::is_inferred(output) {
            return SpanRange::of(output).ours(code!(__retry_result));
        }
        self.new_witness(output)
    }

    fn new_witness(&self, output: &Type) -> TokenStream {
        SpanRange::of(output).call(self.rt, "result", Some(code!(#output)), code!())
    }

    /// What [`witness`](Self::witness) names, where it has a name.
    pub(super) fn named_witness(&self, output: &Type) -> Option<TokenStream> {
        let plan = self.plan;
        let is_used = plan.cuts() || plan.breaker.is_some() || plan.before_retry.is_some();
        if !is_used || !signature::is_inferred(output) {
            return None;
        }
        let witness = self.new_witness(output);
        Some(code!(let __retry_result = #witness;))
    }

    /// `outcome`, which says what the witness is a witness of.
    pub(super) fn witnessed(&self, output: &Type, outcome: TokenStream) -> TokenStream {
        if signature::is_inferred(output) {
            let (rt, witness) = (self.rt, self.witness(output));
            return code!(#rt::witnessed(#witness, #outcome));
        }
        outcome
    }

    /// For the head of an `async` block: a dead `return` of the type that it ends in.
    /// Type inference does not pass an expected type through `.await`.
    pub(super) fn expected(&self, output: &Type) -> TokenStream {
        let rt = self.rt;
        code!(#rt::returns!(#output);)
    }
}
