//! The plan, out of options in which nothing is wrong.

use super::{HedgePlan, Kind, RetryPlan, Timer};
use crate::check::{is_idempotent, runtime};
use crate::expand::call_site as site;
use crate::options::Options;
use crate::options::backoff::Backoff;
use crate::options::hedge::Hedge;
use crate::options::setting::Setting;
use crate::syntax::function::Function;
use crate::syntax::returned_future;
use crate::syntax::signature::{Shape, argument_names};
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{ExprPath, Type};

/// What the checks have found out.
pub(crate) struct Found {
    pub(crate) shape: Shape,
    /// What an attempt ends in, as a local's type.
    pub(crate) output: Type,
    /// Whether the call's key is made here.
    pub(crate) makes_key: bool,
}

pub(crate) fn plan(options: Options, kind: Kind, function: &Function, found: Found) -> RetryPlan {
    let (runtime, rt) = (runtime(&options), code!(__retry));
    let (sleep, timer) = waits(options.sleep.as_ref(), found.shape, &rt);
    let mut parameters = argument_names(&function.sig);
    let bound = options.attempt.iter().chain(&options.key);
    parameters.extend(bound.map(IdentExt::unraw));
    if let Shape::Future { .. } = found.shape {
        parameters.extend(returned_future::names_before(&function.body_tokens()));
    }
    RetryPlan {
        parameters,
        name: site::name(&options, function, &rt),
        policy: site::policy(&options, &rt),
        timed: options.timeout.is_some() || options.deadline.is_some() || options.policy.is_some(),
        strict: options
            .span_of("strict")
            .filter(|_| !is_idempotent(function)),
        spans: options.span_of("spans"),
        sleep,
        timer,
        backoff: given(options.backoff),
        on: options.on,
        on_ok: options.on_ok,
        elapsed: options.elapsed,
        before_retry: options.before_retry,
        attempt: options.attempt,
        hedge: options.hedge.map(|hedge| hedged(hedge, &rt)),
        budget: site::budget(options.budget, &rt),
        breaker: options.breaker.map(ToTokens::into_token_stream),
        rejected: options.rejected,
        fallback: options.fallback,
        nested: options.nested.is_some(),
        key: options.key,
        makes_key: found.makes_key,
        kind,
        shape: found.shape,
        head: function.sig.fn_token.span,
        output: found.output,
        runtime,
        rt,
    }
}

/// The function that waits, and whose it is.
fn waits(sleep: Option<&ExprPath>, shape: Shape, rt: &TokenStream) -> (TokenStream, Timer) {
    match sleep {
        Some(path) => (path.to_token_stream(), Timer::Other),
        None if shape.is_sync() => (code!(#rt::sleep_sync), Timer::Other),
        None => (code!(#rt::sleep), Timer::Own),
    }
}

/// The user's own backoff.
fn given(backoff: Option<Backoff>) -> Option<TokenStream> {
    match backoff {
        Some(Backoff::Expr(expr)) => Some(expr.into_token_stream()),
        _ => None,
    }
}

fn hedged(hedge: Hedge, rt: &TokenStream) -> HedgePlan {
    HedgePlan {
        after: match hedge.after {
            Setting::Literal(after) => site::duration(after.value, rt),
            Setting::Expr(expr) => expr.into_token_stream(),
        },
        beside: hedge.beside,
    }
}
