//! Checks the options and the function, and builds the plan.

use crate::options::Options;
use crate::options::backoff::Backoff;
use crate::options::setting::Setting;
use crate::plan::from_options::{self, Found};
use crate::plan::{RetryAttribute, RetryPlan};
use crate::syntax::attributes::is_named;
use crate::syntax::errors::Errors;
use crate::syntax::function::{Function, FunctionBody};
use crate::syntax::markers::Marker;
use crate::syntax::returned_future;
use crate::syntax::signature::{self, FunctionKind, bound_names};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{self, code};
use proc_macro2::TokenStream;
use retry_words::Jitter;
use std::time::Duration;
use syn::ext::IdentExt;
use syn::{FnArg, Ident, Pat, Receiver, ReceiverKind, Type};

/// The plan, where nothing is wrong; otherwise all that is.
pub(crate) fn check(
    options: Options,
    attribute: RetryAttribute,
    function: &Function,
    errors: &mut Errors,
) -> Option<RetryPlan> {
    let (function_kind, output) = FunctionKind::of(function);
    let output = checked_output(function, output, errors);
    check_function(function, function_kind, errors);
    check_markers(attribute, function, errors);
    if attribute == RetryAttribute::RetryUnsent {
        check_unsent(&options, errors);
    }
    let makes_key = check_key(&options, function, errors);
    check_attempt(&options, errors);
    check_limits(&options, errors);
    check_shape(&options, function, function_kind, errors);
    check_rejected(&options, errors);
    check_hedge(&options, function, function_kind, errors);
    if !errors.is_empty() {
        return None;
    }
    let found = Found {
        function_kind,
        output: signature::for_local(&output?),
        makes_key,
    };
    Some(from_options::plan(options, attribute, function, found))
}

/// The runtime's hidden module, at its usual place or where `crate` says.
pub(crate) fn runtime(options: &Options) -> TokenStream {
    let Some(path) = &options.crate_path else {
        return code!(::retry_runtime::__private);
    };
    let hidden = SpanRange::of(path).name("__private");
    code!(#path::#hidden)
}

fn checked_output(function: &Function, output: Option<Type>, errors: &mut Errors) -> Option<Type> {
    let Some(output) = output else {
        errors.at(
            function.sig.ident.span(),
            format!(
                "`{}` returns nothing, so it cannot fail: return a `Result`, or drop the attribute",
                function.sig.ident
            ),
        );
        return None;
    };
    if signature::cannot_fail(&output) {
        errors.on(&output, "this cannot fail, so there is nothing to retry: return a `Result`, or drop the attribute");
        return None;
    }
    if signature::borrows_from_mut(&function.sig, &output) {
        errors.on(
            &output,
            "the result borrows from a `&mut` argument, and every attempt needs that argument: return an owned value, or retry in the caller",
        );
    }
    Some(output)
}

fn check_function(function: &Function, function_kind: FunctionKind, errors: &mut Errors) {
    if let FunctionBody::Semicolon(semi) = &function.body {
        errors.at(semi.span, "a declaration has no body to retry: put the attribute on the implementations, or give the method a default body");
    }
    if let Some(constness) = &function.sig.constness {
        errors.at(
            constness.span,
            "a `const fn` cannot wait between attempts: drop the `const`, or the attribute",
        );
    }
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let mutability = receiver.mutability.as_ref();
                if let Some(mutability) = mutability.filter(|_| !is_pinned(receiver)) {
                    errors.at(
                        mutability.span,
                        "every attempt starts from the `self` of the call, not from what a failed attempt has left: drop the `mut` and begin the body with `let mut this = self.clone();`",
                    );
                }
            }
            FnArg::Typed(arg) => {
                if let (Pat::Ident(pat), FunctionKind::Async) = (&*arg.pat, function_kind) {
                    if let Some(by_ref) = &pat.by_ref {
                        errors.at(by_ref.span, "a `ref` argument cannot be lent to several attempts: drop the `ref` and borrow in the body");
                    }
                }
            }
        }
    }
}

/// `self: Pin<..>`: `mut` is what its `as_mut` needs, and changes nothing.
fn is_pinned(receiver: &Receiver) -> bool {
    matches!(&receiver.kind, ReceiverKind::Typed(_, ty)
        if matches!(&**ty, Type::Path(ty)
            if ty.path.segments.last().is_some_and(|last| last.ident == "Pin")))
}

fn check_markers(attribute: RetryAttribute, function: &Function, errors: &mut Errors) {
    if Marker::Retried.is_on(function) {
        errors
            .at_attribute("this function is retried already: write all options into one attribute");
    }
    let is_non_idempotent = Marker::NonIdempotent.is_on(function) || is_spelled_below(function);
    match (attribute, is_non_idempotent) {
        (RetryAttribute::Retry, true) => errors.at_attribute(NON_IDEMPOTENT),
        (RetryAttribute::RetryUnsent, false) => errors.at_attribute(UNSENT_NOT_MARKED),
        _ => {}
    }
}

/// Why `#[retry]` and `#[non_idempotent]` exclude one another, and the ways
/// out.
pub(crate) const NON_IDEMPOTENT: &str = "a function that is `#[non_idempotent]` must not be retried: a failed attempt may have been executed, and another would execute it twice\n\
    - split the function, and retry only the part that may run twice\n\
    - or declare its parameter's type `#[operation(keyed)]`, bind `key` and send it, so that the server sees a repetition\n\
    - or retry only what was not sent, with `#[retry_unsent]`";

const UNSENT_NOT_MARKED: &str = "`#[retry_unsent]` is for functions that must not run twice: mark this one `#[non_idempotent]`, so that its callers do not retry it, or write `#[retry]`";

/// Whether the function is declared `#[idempotent]`, above or below.
pub(crate) fn is_idempotent(function: &Function) -> bool {
    Marker::Idempotent.is_on(function)
        || function
            .attrs
            .iter()
            .any(|attr| is_named(attr, "idempotent"))
}

/// What only a function that may run twice can have.
fn check_unsent(options: &Options, errors: &mut Errors) {
    const REFUSED: &[(&str, &str)] = &[
        (
            "hedge",
            "a hedge is sent while another attempt may still be executed: drop `hedge`",
        ),
        (
            "on",
            "`#[retry_unsent]` asks the error itself: implement `Transient`, with `Verdict::not_sent()` where nothing was sent, and drop `on`",
        ),
        (
            "on_ok",
            "a response proves that the request was executed, and must not be asked for twice: drop `on_ok`",
        ),
        (
            "key",
            "a key makes the operation one that may be repeated: declare it `keyed` and write `#[retry(key = ..)]`",
        ),
        (
            "strict",
            "the function must not run twice, so there is nothing to ask for: drop `strict`",
        ),
    ];
    for (key, why) in REFUSED {
        if let Some(span) = options.span_of(key) {
            errors.at(span, why);
        }
    }
}

/// Whether the call's key is made here: not where it names an argument.
fn check_key(options: &Options, function: &Function, errors: &mut Errors) -> bool {
    let Some(key) = &options.key else {
        return false;
    };
    if !tokens::mentions(function.body_tokens(), key) {
        errors.at(
            key.span(),
            format!("`{key}` is not used: send it with the request, so that the server sees a repetition, or drop `key`"),
        );
    }
    !is_argument(key, function)
}

/// Of two variables of one name the body sees one.
fn check_attempt(options: &Options, errors: &mut Errors) {
    let (Some(attempt), Some(key)) = (&options.attempt, &options.key) else {
        return;
    };
    if attempt.unraw() == key.unraw() {
        errors.at(
            attempt.span(),
            format!("the key is called `{attempt}` already: give the attempt another name, such as `attempt = at`"),
        );
    }
}

/// Whether an argument has this name.
fn is_argument(name: &Ident, function: &Function) -> bool {
    function.sig.inputs.iter().any(|input| match input {
        FnArg::Typed(arg) => bound_names(&arg.pat).contains(&name.unraw()),
        FnArg::Receiver(_) => false,
    })
}

/// Limits that are known now have to fit one another.
fn check_limits(options: &Options, errors: &mut Errors) {
    let literal = |setting: &Option<Setting<Duration>>| {
        setting
            .as_ref()
            .and_then(|setting| setting.literal().cloned())
    };
    let (timeout, deadline) = (literal(&options.timeout), literal(&options.deadline));
    let Some(deadline) = deadline else { return };
    let backoff = match (&options.backoff, &options.policy) {
        (Some(Backoff::Words(value)), _) => Some(*value),
        (None, None) => Some(retry_words::Backoff::DEFAULT),
        _ => None,
    };
    let jitter = match (&options.jitter, &backoff) {
        (Some(jitter), _) => jitter.value,
        (None, _) if options.policy.is_some() => Jitter::FULL,
        (None, Some(backoff)) if backoff.is_random() => Jitter::NONE,
        (None, _) => Jitter::EQUAL,
    };
    let check = |max, timeout| {
        retry_words::check_limits(
            &backoff.unwrap_or(retry_words::Backoff::none()),
            jitter,
            max,
            timeout,
            Some(deadline.value),
        )
    };
    if let Some(timeout) = timeout {
        if let Err(error) = check(0, Some(timeout.value)) {
            errors.at(timeout.span, error);
        }
    }
    if let Err(error) = check(1, None) {
        errors.at(deadline.span, error);
    }
}

/// Attempts that run side by side share the arguments.
fn check_hedge(
    options: &Options,
    function: &Function,
    function_kind: FunctionKind,
    errors: &mut Errors,
) {
    let Some(span) = options.span_of("hedge") else {
        return;
    };
    if function_kind.is_sync() {
        errors.at(
            span,
            "attempts of a sync fn cannot run side by side: make the fn `async`, or drop `hedge`",
        );
    }
    for borrow in signature::mutable_borrows(&function.sig) {
        errors.at(
            borrow,
            "hedged attempts run side by side and share the arguments, so none of these can be `&mut`: take `&self` or `&T`, with a lock or a pool inside, or drop `hedge`",
        );
    }
}

/// An option that does nothing is one that was meant to.
fn check_rejected(options: &Options, errors: &mut Errors) {
    if let (Some(rejected), None) = (&options.rejected, &options.breaker) {
        errors.on(
            &rejected.to_tokens(),
            "only a circuit breaker rejects: give the `breaker` too, or drop `rejected`",
        );
    }
}

fn check_shape(
    options: &Options,
    function: &Function,
    function_kind: FunctionKind,
    errors: &mut Errors,
) {
    match function_kind {
        FunctionKind::Sync => {
            if let Some(timeout) = &options.timeout {
                const MESSAGE: &str = "a `timeout` cannot cut an attempt of a sync fn: give the client underneath a time-out, or make the fn `async`";
                match timeout {
                    Setting::Literal(literal) => errors.at(literal.span, MESSAGE),
                    Setting::Expr(expr) => errors.on(expr, MESSAGE),
                }
            }
            if let Some(elapsed) = &options.elapsed {
                errors.on(
                    &elapsed.to_tokens(),
                    "nothing cuts an attempt of a sync fn: drop `elapsed`, or make the fn `async`",
                );
            }
        }
        FunctionKind::Future { .. } => {
            if let Some(span) = returned_future::early_return(&function.body_tokens()) {
                errors.at(span, "this leaves the function before its attempts, so it would not be retried: move it into the `async` block");
            }
        }
        FunctionKind::Async => {}
    }
}

/// Whether an attribute below says that the function must not run twice, as
/// far as its spelling tells.
fn is_spelled_below(function: &Function) -> bool {
    function
        .attrs
        .iter()
        .any(|attr| is_named(attr, "non_idempotent"))
}
