//! `notify`: the user's closure, inlined where a retry was decided.

use super::writer::LoopWriter;
use crate::plan::NotifyPlan;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{code, statements};
use proc_macro2::TokenStream;
use syn::Type;

impl LoopWriter<'_> {
    /// Tells of the failure before the wait.
    pub(super) fn told(&self, output: SpanRange) -> Option<TokenStream> {
        let rt = self.rt;
        let notify = self.plan.notify.as_ref()?;
        let error = self.part(output, "error");
        let tell = self.tell(notify, &error);
        let judgement = code!(__retry_judgement, __retry_wait);
        Some(if self.plan.until.is_some() {
            code!(if let #rt::Some(__retry_told) = (&__retry_call).retrying_after(#judgement) { #tell })
        } else {
            code!(let __retry_told = (&__retry_call).retrying(#judgement); #tell)
        })
    }

    /// The same as a closure, which the race of hedged attempts calls.
    pub(super) fn told_beside(&self, output: &Type) -> TokenStream {
        let rt = self.rt;
        let Some(notify) = &self.plan.notify else {
            return code!(());
        };
        let error = self.part_of(code!(__retry_outcome), SpanRange::of(output), "error");
        let tell = self.tell(notify, &error);
        code!(#rt::told(|__retry_outcome: &#output, __retry_told: #rt::Retrying| { #tell }))
    }

    fn tell(&self, notify: &NotifyPlan, error: &TokenStream) -> TokenStream {
        let failure = code!(__retry_told.failure(#error));
        let (span, value) = match notify {
            NotifyPlan::Path(path) => {
                let span = SpanRange::of(path);
                let arguments = span.arguments(failure);
                (span, code!(#path #arguments))
            }
            NotifyPlan::Inlined {
                failure: pat,
                body,
                returns,
            } => {
                let span = SpanRange::of(body);
                let body = self.code(&statements(body));
                let block = span.block(code!(let #pat = #failure; #body));
                let value = if *returns {
                    code!((|| #block)())
                } else {
                    block
                };
                (span, value)
            }
        };
        let noted = span.call(self.rt, "noted", None, value);
        code!(#noted;)
    }
}
