//! How an elapsed limit or a rejection becomes an error of the function.

use super::writer::LoopWriter;
use crate::plan::Callable;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::{Ident, TokenStream};
use syn::Type;

impl LoopWriter<'_> {
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
        let (error, arguments) = (Ident::new("error", span.first()), span.arguments(code!()));
        code!({ use #rt::FromCauseMissing as _; #conversion.#error #arguments })
    }

    /// `outcome` as the error stands for it.
    pub(super) fn failed(&self, output: &Type, error: TokenStream) -> TokenStream {
        let witness = self.witness(output);
        SpanRange::of(output).call(self.rt, "failed", None, code!(#witness, #error))
    }

    /// The result type as a value: a call that is not told its type in words is
    /// blamed for it where it stands, once.
    pub(super) fn witness(&self, output: &Type) -> TokenStream {
        SpanRange::of(output).call(self.rt, "result", Some(code!(#output)), code!())
    }

    /// At the head of an `async` block: the type that it ends in. The expectation
    /// of a type does not pass `.await`.
    pub(super) fn expected(&self, output: &Type) -> TokenStream {
        let rt = self.rt;
        code!(#rt::returns!(#output);)
    }
}
