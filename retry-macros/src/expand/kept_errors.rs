//! Errors that are kept where `before_retry` or `elapsed` asks for them.

use super::writer::LoopWriter;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use syn::Type;

impl LoopWriter<'_> {
    /// Where errors are kept: attempts side by side share a place.
    pub(super) fn kept(&self, output: &Type) -> Option<TokenStream> {
        let (plan, rt) = (self.plan, self.rt);
        let error = self.error_type(output);
        if plan.hedge.is_some() {
            return plan
                .elapsed_sees_last()
                .then(|| code!(let __retry_kept = &#rt::SharedError::of(#error);));
        }
        (plan.hook_sees_error() || plan.elapsed_sees_last())
            .then(|| code!(let mut __retry_kept = #rt::KeptErrors::of(#error);))
    }

    /// Keeps the error of an attempt that another one follows.
    pub(super) fn keep(&self, output: &Type) -> Option<TokenStream> {
        let plan = self.plan;
        if !plan.hook_sees_error() && !plan.elapsed_sees_last() {
            return None;
        }
        let error = self.taken_error(output);
        let by_limit = if plan.cuts() {
            code!((&__retry_cut).is_some())
        } else {
            code!(false)
        };
        Some(code!((&mut __retry_kept).failed(#error, #by_limit);))
    }

    /// After `before_retry`: its error is done with.
    pub(super) fn settle(&self) -> Option<TokenStream> {
        let (plan, rt) = (self.plan, self.rt);
        if !plan.hook_sees_error() {
            return None;
        }
        Some(if plan.hedge.is_some() {
            code!(__retry_handed = #rt::None;)
        } else if plan.elapsed_sees_last() {
            code!((&mut __retry_kept).settle();)
        } else {
            code!((&mut __retry_kept).forget();)
        })
    }

    /// The same as a closure, which the race of hedged attempts calls.
    pub(super) fn keep_beside(&self, output: &Type) -> TokenStream {
        let (plan, rt) = (self.plan, self.rt);
        let error = self.taken_error(output);
        if plan.hook_sees_error() {
            let kind = self.error_type(output);
            return code!(#rt::Keeping::for_retries(#kind, |__retry_outcome: #output, _: bool| #error));
        }
        if plan.elapsed_sees_last() {
            return code!(#rt::Keeping::aside(|__retry_outcome: #output, __retry_by_limit: bool| {
                __retry_kept.failed(#error, __retry_by_limit);
            }));
        }
        code!(())
    }

    /// The body begins: what the race hands over of the failure before it.
    pub(super) fn begin(&self) -> TokenStream {
        if self.plan.hook_sees_error() {
            code!(let (__retry_call, mut __retry_handed) = __retry_call.begin_after();)
        } else {
            code!(let __retry_call = __retry_call.begin();)
        }
    }

    /// The error of the outcome, by value.
    fn taken_error(&self, output: &Type) -> TokenStream {
        let rt = self.rt;
        if !self.plan.sees_whole() {
            let outcome = code!(__retry_outcome);
            return SpanRange::of(output).call(rt, "into_error", None, outcome);
        }
        let whole = self.whole_type(output);
        code!({ use #rt::NoResultOf as _; #whole.__into_error(__retry_outcome) })
    }
}
