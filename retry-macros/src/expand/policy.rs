//! The policy of a call site, as an expression.

use super::writer::LoopWriter;
use crate::plan::{BackoffArgument, ConstantBackoff, LimitPlan, PolicyBackoff, Setting};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use retry_words::{Argument, Backoff};
use std::time::Duration;
use syn::Expr;

impl LoopWriter<'_> {
    /// The user's own policy or the default, with each setting that the attribute has.
    pub(super) fn policy(&self) -> TokenStream {
        let (plan, rt) = (&self.plan.policy, self.rt);
        let mut policy = match &plan.base {
            None => code!(#rt::Policy::DEFAULT),
            Some(expr) => SpanRange::of(expr).call(rt, "policy", None, self.code(expr)),
        };
        match &plan.max {
            None if plan.polls && plan.base.is_some() => policy = code!(#rt::polling(#policy)),
            None if plan.polls => policy.extend(code!(.with_max(#rt::UNLIMITED))),
            None => {}
            Some(Setting::Literal(max)) => {
                let max = max.value;
                policy.extend(code!(.with_max(#max)));
            }
            Some(Setting::Expr(expr)) => {
                let max = self.retries(expr);
                policy.extend(code!(.with_max(#max)));
            }
        }
        let backoff = plan.backoff.as_ref().map(|backoff| match backoff {
            PolicyBackoff::Words(backoff) => backoff_call(*backoff, rt),
            PolicyBackoff::Constants { backoff, as_item } => {
                constant_backoff(backoff, *as_item, rt)
            }
        });
        if let Some(backoff) = backoff {
            policy.extend(code!(.with_backoff(#backoff)));
        }
        if let Some(jitter) = plan.jitter {
            let fraction = jitter.as_fraction();
            policy.extend(code!(.with_jitter(#rt::checked(#rt::Jitter::fraction(#fraction)))));
        }
        let policy = self.limited(policy, "timeout", &plan.timeout);
        let policy = self.limited(policy, "deadline", &plan.deadline);
        self.limited(policy, "retry_for", &plan.retry_for)
    }

    /// A number of retries, of any unsigned integer type.
    fn retries(&self, expr: &Expr) -> TokenStream {
        let (rt, span) = (self.rt, SpanRange::of(expr));
        let given = span.call(rt, "Retries", None, self.code(expr));
        let (retries, arguments) = (
            Ident::new("__retries", span.first()),
            span.arguments(code!()),
        );
        code!({
            use #rt::{AnyRetries as _, NoRetries as _};
            #given.#retries #arguments
        })
    }

    /// The policy with this `timeout`, `deadline` or `retry_for`, or without the one that it has.
    fn limited(&self, policy: TokenStream, key: &str, limit: &LimitPlan) -> TokenStream {
        let rt = self.rt;
        match limit {
            LimitPlan::Set(Setting::Literal(limit)) => {
                let (method, limit) = (format_ident!("with_{key}"), duration(limit.value, rt));
                code!(#policy.#method(#limit))
            }
            LimitPlan::Set(Setting::Expr(expr)) => {
                let limit = SpanRange::of(expr).call(rt, "limit", None, self.code(expr));
                let with = format_ident!("with_{key}");
                code!(#rt::#with(#policy, #limit))
            }
            // The default policy has none, so there is nothing to remove.
            LimitPlan::Lifted if self.plan.policy.base.is_some() => {
                let without = format_ident!("without_{key}");
                code!(#rt::#without(#policy))
            }
            LimitPlan::Lifted | LimitPlan::Kept => policy,
        }
    }
}

/// `exp(100ms, 1.5, 1s)` → `checked(Backoff::exp(..))`.
fn backoff_call(backoff: Backoff, rt: &Ident) -> TokenStream {
    let (kind, arguments) = backoff.parts();
    let kind = format_ident!("{kind}");
    let arguments = arguments.iter().map(|known| argument(*known, rt));
    let call = code!(#rt::Backoff::#kind(#(#arguments),*));
    if backoff == Backoff::none() {
        call
    } else {
        code!(#rt::checked(#call))
    }
}

fn argument(argument: Argument, rt: &Ident) -> TokenStream {
    match argument {
        Argument::Duration(value) => duration(value, rt),
        Argument::Factor(factor) => code!(#factor),
    }
}

/// A backoff with constants of the user's, which is checked by the compiler: in an item of
/// its own at once, and else when the function is built.
fn constant_backoff(backoff: &ConstantBackoff, as_item: bool, rt: &Ident) -> TokenStream {
    let kind = format_ident!("{}", backoff.kind);
    let arguments = backoff.arguments.iter().map(|given| match given {
        BackoffArgument::Known(known) => argument(*known, rt),
        BackoffArgument::Constant(path) => code!(#path),
    });
    // What is wrong with their values is told at the first of them.
    let span = backoff
        .constants()
        .next()
        .map_or_else(|| SpanRange::at(Span::mixed_site()), SpanRange::of);
    let value = code!(#rt::Backoff::#kind(#(#arguments),*));
    let value = span.ours(code!(#rt::checked_backoff!(#value)));
    if as_item {
        code!({ const __RETRY_BACKOFF: #rt::Backoff = #value; __RETRY_BACKOFF })
    } else {
        code!(const { #value })
    }
}

/// A duration in the largest unit that is exact.
pub(super) fn duration(value: Duration, rt: &Ident) -> TokenStream {
    let (secs, nanos) = (value.as_secs(), value.subsec_nanos());
    if nanos == 0 {
        return code!(#rt::Duration::from_secs(#secs));
    }
    match u64::try_from(value.as_millis()) {
        Ok(millis) if nanos % 1_000_000 == 0 => code!(#rt::Duration::from_millis(#millis)),
        _ => code!(#rt::Duration::new(#secs, #nanos)),
    }
}
