//! Checks the options and the function, and builds the plan.

use crate::options::Options;
use crate::options::backoff::Backoff;
use crate::options::setting::Setting;
use crate::plan::from_options::{self, Found};
use crate::plan::{Kind, RetryPlan};
use crate::syntax::attributes::is_named;
use crate::syntax::errors::Faults;
use crate::syntax::function::{Body, Function};
use crate::syntax::keys;
use crate::syntax::markers::Marker;
use crate::syntax::returned_future;
use crate::syntax::signature::{self, Shape, bound_names};
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use retry_words::Jitter;
use std::time::Duration;
use syn::ext::IdentExt;
use syn::{FnArg, Ident, Pat, Receiver, ReceiverKind, Type};

/// The plan, where nothing is wrong; otherwise all that is.
pub(crate) fn check(
    options: Options,
    kind: Kind,
    function: &Function,
    faults: &mut Faults,
) -> Option<RetryPlan> {
    let (shape, output) = Shape::of(function);
    let output = checked_output(function, output, faults);
    check_function(function, shape, faults);
    check_markers(kind, function, faults);
    if kind == Kind::Unsent {
        check_unsent(&options, faults);
    }
    let makes_key = check_key(&options, function, faults);
    if kind == Kind::Any {
        check_fresh_keys(&keys::attempt_of(function, shape), faults);
    }
    check_attempt(&options, faults);
    check_limits(&options, faults);
    check_shape(&options, function, shape, faults);
    check_rejected(&options, faults);
    check_hedge(&options, function, shape, faults);
    if !faults.is_empty() {
        return None;
    }
    let found = Found {
        shape,
        output: signature::for_local(&output?),
        makes_key,
    };
    Some(from_options::plan(options, kind, function, found))
}

/// The runtime's hidden module, at its usual place or where `crate` says.
pub(crate) fn runtime(options: &Options) -> TokenStream {
    let Some(path) = &options.crate_path else {
        return code!(::retry_runtime::__private);
    };
    let hidden = Place::of(path).name("__private");
    code!(#path::#hidden)
}

fn checked_output(function: &Function, output: Option<Type>, faults: &mut Faults) -> Option<Type> {
    let Some(output) = output else {
        faults.at(
            function.sig.ident.span(),
            format!(
                "`{}` returns nothing, so it cannot fail: return a `Result`, or drop the attribute",
                function.sig.ident
            ),
        );
        return None;
    };
    if signature::cannot_fail(&output) {
        faults.on(&output, "this cannot fail, so there is nothing to retry: return a `Result`, or drop the attribute");
        return None;
    }
    if signature::borrows_from_mut(&function.sig, &output) {
        faults.on(
            &output,
            "the result borrows from a `&mut` argument, and every attempt needs that argument: return an owned value, or retry in the caller",
        );
    }
    Some(output)
}

fn check_function(function: &Function, shape: Shape, faults: &mut Faults) {
    if let Body::Semicolon(semi) = &function.body {
        faults.at(semi.span, "a declaration has no body to retry: put the attribute on the implementations, or give the method a default body");
    }
    if let Some(constness) = &function.sig.constness {
        faults.at(
            constness.span,
            "a `const fn` cannot wait between attempts: drop the `const`, or the attribute",
        );
    }
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let mutability = receiver.mutability.as_ref();
                if let Some(mutability) = mutability.filter(|_| !is_pinned(receiver)) {
                    faults.at(
                        mutability.span,
                        "every attempt starts from the `self` of the call, not from what a failed attempt has left: drop the `mut` and begin the body with `let mut this = self.clone();`",
                    );
                }
            }
            FnArg::Typed(arg) => {
                if let (Pat::Ident(pat), Shape::Async) = (&*arg.pat, shape) {
                    if let Some(by_ref) = &pat.by_ref {
                        faults.at(by_ref.span, "a `ref` argument cannot be lent to several attempts: drop the `ref` and borrow in the body");
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

fn check_markers(kind: Kind, function: &Function, faults: &mut Faults) {
    if Marker::Retried.is_on(function) {
        faults
            .at_attribute("this function is retried already: write all options into one attribute");
    }
    let is_non_idempotent = Marker::NonIdempotent.is_on(function) || is_spelled_below(function);
    match (kind, is_non_idempotent) {
        (Kind::Any, true) => faults.at_attribute(NON_IDEMPOTENT),
        (Kind::Unsent, false) => faults.at_attribute(UNSENT_NOT_MARKED),
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
fn check_unsent(options: &Options, faults: &mut Faults) {
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
            faults.at(span, why);
        }
    }
}

/// Whether the call's key is made here: not where it names an argument.
fn check_key(options: &Options, function: &Function, faults: &mut Faults) -> bool {
    let Some(key) = &options.key else {
        return false;
    };
    if !keys::is_used(&function.body_tokens(), key) {
        faults.at(
            key.span(),
            format!("`{key}` is not used: send it with the request, so that the server sees a repetition, or drop `key`"),
        );
    }
    !is_argument(key, function)
}

/// A key that is made in the body is another one in each attempt.
fn check_fresh_keys(attempt: &TokenStream, faults: &mut Faults) {
    for span in keys::made_in(attempt) {
        faults.at(span, "each attempt would send another key, and the server would see another request: bind the call's key with `key = key` in the attribute, or take the key as an argument");
    }
}

/// Of two variables of one name the body sees one.
fn check_attempt(options: &Options, faults: &mut Faults) {
    let (Some(attempt), Some(key)) = (&options.attempt, &options.key) else {
        return;
    };
    if attempt.unraw() == key.unraw() {
        faults.at(
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
fn check_limits(options: &Options, faults: &mut Faults) {
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
            faults.at(timeout.span, error);
        }
    }
    if let Err(error) = check(1, None) {
        faults.at(deadline.span, error);
    }
}

/// Attempts that run side by side share the arguments.
fn check_hedge(options: &Options, function: &Function, shape: Shape, faults: &mut Faults) {
    let Some(span) = options.span_of("hedge") else {
        return;
    };
    if shape.is_sync() {
        faults.at(
            span,
            "attempts of a sync fn cannot run side by side: make the fn `async`, or drop `hedge`",
        );
    }
    for borrow in signature::mutable_borrows(&function.sig) {
        faults.at(
            borrow,
            "hedged attempts run side by side and share the arguments, so none of these can be `&mut`: take `&self` or `&T`, with a lock or a pool inside, or drop `hedge`",
        );
    }
}

/// An option that does nothing is one that was meant to.
fn check_rejected(options: &Options, faults: &mut Faults) {
    if let (Some(rejected), None) = (&options.rejected, &options.breaker) {
        faults.on(
            &rejected.to_tokens(),
            "only a circuit breaker rejects: give the `breaker` too, or drop `rejected`",
        );
    }
}

fn check_shape(options: &Options, function: &Function, shape: Shape, faults: &mut Faults) {
    match shape {
        Shape::Sync => {
            if let Some(timeout) = &options.timeout {
                const MESSAGE: &str = "a `timeout` cannot cut an attempt of a sync fn: give the client underneath a time-out, or make the fn `async`";
                match timeout {
                    Setting::Literal(literal) => faults.at(literal.span, MESSAGE),
                    Setting::Expr(expr) => faults.on(expr, MESSAGE),
                }
            }
            if let Some(elapsed) = &options.elapsed {
                faults.on(
                    &elapsed.to_tokens(),
                    "nothing cuts an attempt of a sync fn: drop `elapsed`, or make the fn `async`",
                );
            }
        }
        Shape::Future { .. } => {
            if let Some(span) = returned_future::early_return(&function.body_tokens()) {
                faults.at(span, "this leaves the function before its attempts, so it would not be retried: move it into the `async` block");
            }
        }
        Shape::Async => {}
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
