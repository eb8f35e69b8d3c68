//! `#[retry]` and `#[retry_unsent]` on one function: check, plan, expand.

use crate::check::{self, Checked};
use crate::expand;
use crate::options::Options;
use crate::options::spanned_key::SpannedKey;
use crate::plan::{
    BackoffPlan, BudgetPlan, LimitPlan, NamePlan, PolicyBackoff, PolicyPlan, RetryAttribute,
    RetryPlan, Setting,
};
use crate::syntax::changes::changes_shared_self;
use crate::syntax::errors::{Errors, with_errors};
use crate::syntax::function::Function;
use crate::syntax::markers::Marker;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::time::Duration;
use syn::{GenericParam, Ident};

/// A function with its options: retried, or as it was where something is wrong.
pub(crate) fn retry_function(
    options: Options,
    attribute: RetryAttribute,
    mut function: Function,
    mut errors: Errors,
) -> TokenStream {
    let checked = check::check(&options, attribute, &function, &mut errors);
    if let Some(checked) = checked {
        let plan = plan(options, attribute, &function, checked);
        function = expand::expand(function, &plan);
        if plan.is_unsent() {
            Marker::RetryUnsent.put_on(&mut function);
        }
    } else {
        bind_names(&options, &mut function);
    }
    with_errors(function.into_token_stream(), errors)
}

/// The plan, out of options in which nothing is wrong.
fn plan(
    options: Options,
    attribute: RetryAttribute,
    function: &Function,
    checked: Checked,
) -> RetryPlan {
    let runtime = options.runtime();
    let has_policy = options.policy.is_given();
    let (timeout, deadline) = (limit(options.timeout), limit(options.deadline));
    let retry_for = limit(options.retry_for);
    let timed = timeout.may_hold(has_policy) || deadline.may_hold(has_policy);
    let retries_for = retry_for.may_hold(has_policy);
    let (backoff_words, backoff) = match options.backoff.into_value() {
        None => (None, None),
        Some(BackoffPlan::Words(backoff)) => (Some(PolicyBackoff::Words(backoff)), None),
        Some(BackoffPlan::Constants(backoff)) => {
            let parameters = generic_parameters(function);
            let as_item = backoff.is_item(&parameters);
            (Some(PolicyBackoff::Constants { backoff, as_item }), None)
        }
        Some(BackoffPlan::Given(expr)) => (None, Some(expr)),
    };
    RetryPlan {
        attribute,
        runtime,
        name: options.name.into_value().unwrap_or(NamePlan::Path),
        target: options.target.into_value(),
        policy: PolicyPlan {
            base: options.policy.into_value(),
            max: options.max.into_value(),
            polls: options.until.is_given(),
            backoff: backoff_words,
            jitter: options.jitter.into_value().map(|jitter| jitter.value),
            timeout,
            deadline,
            retry_for,
        },
        backoff,
        timed,
        retries_for,
        strict: options.strict.span().filter(|_| !checked.is_idempotent),
        spans: options.spans.span(),
        sleep: options.sleep.into_value(),
        on: options.on.into_value(),
        on_ok: options.on_ok.into_value(),
        until: options.until.into_value(),
        unfinished: options.unfinished.into_value(),
        elapsed: options.elapsed.into_value(),
        notify: options.notify.into_value(),
        before_retry: options.before_retry.into_value(),
        attempt: options.attempt.into_value(),
        // What is wrong in any loop rustc reports once in the plain one, at its line, and in
        // the closure of a hedged call three times, at the attribute.
        hedge: options
            .hedge
            .into_value()
            .filter(|_| !changes_shared_self(function)),
        budget: options.budget.into_value().unwrap_or(BudgetPlan::Standard),
        breaker: options.breaker.into_value(),
        rejected: options.rejected.into_value(),
        fallback: options.fallback.into_value(),
        nested: options.nested.is_given(),
        key: options.key.into_value(),
        makes_key: checked.makes_key,
        function_kind: checked.function_kind,
        fn_span: function.sig.fn_token.span,
        output: checked.output,
    }
}

/// The names of the function's own type and const parameters.
fn generic_parameters(function: &Function) -> Vec<Ident> {
    let parameters = function.sig.generics.params.iter();
    parameters
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.clone()),
            GenericParam::Const(parameter) => Some(parameter.ident.clone()),
            GenericParam::Lifetime(_) => None,
        })
        .collect()
}

fn limit(key: SpannedKey<Setting<Duration>>) -> LimitPlan {
    match key {
        SpannedKey::Absent => LimitPlan::Kept,
        SpannedKey::Lifted(_) => LimitPlan::Lifted,
        SpannedKey::Given { value, .. } => LimitPlan::Set(value),
    }
}

/// The names that options bind in the body are bound where something is wrong too, so
/// that no second error says that they do not exist.
fn bind_names(options: &Options, function: &mut Function) {
    let rt = options.runtime();
    let attempt = options
        .attempt
        .value()
        .map(|name| code!(#[allow(unused)] let #name = #rt::stand_in::<#rt::Attempt>();));
    let key = options
        .key
        .value()
        .map(|name| code!(#[allow(unused)] let #name = #rt::stand_in::<#rt::IdempotencyKey>();));
    if attempt.is_some() || key.is_some() {
        let body = function.body_tokens();
        function.set_body(code!(#attempt #key #body));
    }
}
