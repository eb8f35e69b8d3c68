//! Checks the options against one another and against the function.

mod closure_argument;
pub(crate) mod key;
mod limits;

use crate::options::Options;
use crate::plan::{BackoffPlan, OnPlan, RetryAttribute, Setting};
use crate::syntax::attributes::is_named;
use crate::syntax::errors::Errors;
use crate::syntax::function::{Function, FunctionBody};
use crate::syntax::markers::{self, Marker};
use crate::syntax::patterns;
use crate::syntax::returned_future;
use crate::syntax::signature::{self, FunctionKind};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Pat, Receiver, ReceiverKind, Type};

/// What the checks have found out about a function.
pub(crate) struct Checked {
    pub(crate) function_kind: FunctionKind,
    /// What an attempt ends in, as a local's type.
    pub(crate) output: Type,
    /// Whether the call's key is made here, and not an argument.
    pub(crate) makes_key: bool,
    /// Whether the function is declared `#[idempotent]`.
    pub(crate) is_idempotent: bool,
}

/// Compares the options with one another and with the function. `None` where something
/// is wrong: then all of it is in `errors`.
pub(crate) fn check(
    options: &Options,
    attribute: RetryAttribute,
    function: &Function,
    errors: &mut Errors,
) -> Option<Checked> {
    let (function_kind, output) = FunctionKind::of(function);
    let output = checked_output(options, function, output, errors);
    if let Some(output) = &output {
        check_no_result(options, output, errors);
    }
    check_function(function, function_kind, errors);
    closure_argument::check(&function.sig, function_kind.is_sync(), errors);
    check_markers(attribute, function, errors);
    if attribute == RetryAttribute::RetryUnsent {
        check_unsent(options, errors);
    }
    let makes_key = key::check(options, function, errors);
    if attribute == RetryAttribute::Retry {
        key::check_made(options, function, function_kind, errors);
    }
    check_attempt(options, errors);
    check_constants(options, function, errors);
    limits::check(options, errors);
    limits::check_payer(options, errors);
    limits::check_poll(options, errors);
    check_function_kind(options, function, function_kind, errors);
    check_rejected(options, errors);
    check_kept(options, errors);
    check_hedge(options, function, function_kind, errors);
    if !errors.is_empty() {
        return None;
    }
    Some(Checked {
        function_kind,
        output: signature::for_local(&output?),
        makes_key,
        is_idempotent: is_idempotent(function),
    })
}

fn checked_output(
    options: &Options,
    function: &Function,
    output: Option<Type>,
    errors: &mut Errors,
) -> Option<Type> {
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
    let judges_responses = options.until.is_given() || options.on_ok.is_given();
    if signature::cannot_fail(&output) && !judges_responses {
        errors.on(&output, "this cannot fail, so there is nothing to retry: return a `Result`, say by `until` or `on_ok` which values are not good yet, or drop the attribute");
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
    check_track_caller(function, function_kind, errors);
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
                if let Some(ref_mut) = patterns::ref_mut(&arg.pat, &arg.ty) {
                    errors.at(ref_mut, "every attempt starts from the arguments of the call, not from what a failed attempt has left: drop the `ref mut` and begin the body with `let mut .. = ...clone();`");
                } else if let (Pat::Ident(pat), FunctionKind::Async) = (&*arg.pat, function_kind) {
                    if let Some(by_ref) = &pat.by_ref {
                        errors.at(by_ref.span, "a `ref` argument cannot be lent to several attempts: drop the `ref` and borrow in the body");
                    }
                }
            }
        }
    }
}

/// The attempt is a closure or an `async` block, which cannot know the caller. Of an
/// `async fn` rustc says so itself, and what stands before an `async` block is no attempt.
fn check_track_caller(function: &Function, kind: FunctionKind, errors: &mut Errors) {
    let knows = match kind {
        FunctionKind::Sync => false,
        FunctionKind::Async => true,
        FunctionKind::Future { .. } => returned_future::ends_in_async(&function.body_tokens()),
    };
    let is_tracking = |attr: &&Attribute| attr.path().is_ident("track_caller");
    if let (false, Some(attr)) = (knows, function.attrs.iter().find(is_tracking)) {
        errors.on(attr.path(), "an attempt stands in a closure, which does not know who called the function: drop `#[track_caller]`, or take `Location::caller()` in a function around this one and pass it on");
    }
}

/// `self: Pin<..>`: its `as_mut` needs the `mut`, and does not change which value it is.
fn is_pinned(receiver: &Receiver) -> bool {
    matches!(&receiver.kind, ReceiverKind::Typed(_, ty)
        if matches!(&**ty, Type::Path(ty)
            if ty.path.segments.last().is_some_and(|last| last.ident == "Pin")))
}

fn check_markers(attribute: RetryAttribute, function: &Function, errors: &mut Errors) {
    if markers::is_retried(function) {
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

/// Why `#[retry]` and `#[non_idempotent]` exclude one another, and what to do instead.
pub(crate) const NON_IDEMPOTENT: &str = "a function that is `#[non_idempotent]` must not be retried: a failed attempt may have been executed, and another would execute it twice\n\
    - split the function, and retry only the part that may run twice\n\
    - or declare its parameter's type `#[operation(keyed)]`, bind `key` and send it, so that the server sees a repetition\n\
    - or retry only what was not sent, with `#[retry_unsent]`";

const UNSENT_NOT_MARKED: &str = "`#[retry_unsent]` is for functions that must not run twice: mark this one `#[non_idempotent]`, so that its callers do not retry it, or write `#[retry]`";

/// Whether the function is declared `#[idempotent]`, above or below.
fn is_idempotent(function: &Function) -> bool {
    Marker::Idempotent.is_on(function)
        || function
            .attrs
            .iter()
            .any(|attr| is_named(attr, "idempotent"))
}

/// Refuses the keys that only a function that may run twice can have.
fn check_unsent(options: &Options, errors: &mut Errors) {
    let is_known = matches!(options.on.value(), Some(OnPlan::Known));
    let refused = [
        (
            options.hedge.span(),
            "a hedge is sent while another attempt may still be executed: drop `hedge`",
        ),
        (
            options.on.span().filter(|_| !is_known),
            "`#[retry_unsent]` asks the error itself, or with `on = known` what is known of it: implement `Transient`, with `Verdict::not_sent()` where nothing was sent, and drop `on`",
        ),
        (
            options.on_ok.span(),
            "a response proves that the request was executed, and must not be asked for twice: drop `on_ok`",
        ),
        (
            options.until.span(),
            "a response proves that the request was executed, and must not be asked for twice: drop `until`",
        ),
        (
            options.key.span(),
            "a key makes the operation one that may be repeated: declare it `keyed` and write `#[retry(key = ..)]`",
        ),
        (
            options.strict.span(),
            "the function must not run twice, so there is nothing to ask for: drop `strict`",
        ),
    ];
    for (span, why) in refused {
        if let Some(span) = span {
            errors.at(span, why);
        }
    }
}

/// Refuses one name for the attempt and the key: the body would see only one of them.
fn check_attempt(options: &Options, errors: &mut Errors) {
    let (Some(attempt), Some(key)) = (options.attempt.value(), options.key.value()) else {
        return;
    };
    if attempt.unraw() == key.unraw() {
        errors.at(
            attempt.span(),
            format!("the key is called `{attempt}` already: give the attempt another name, such as `attempt = at`"),
        );
    }
}

/// Refuses arguments of the function where a backoff has room for constants.
fn check_constants(options: &Options, function: &Function, errors: &mut Errors) {
    let Some(BackoffPlan::Constants(backoff)) = options.backoff.value() else {
        return;
    };
    for constant in backoff.constants() {
        let name = constant.path.get_ident();
        if let Some(name) = name.filter(|name| signature::is_argument(name, &function.sig)) {
            let kind = backoff.kind;
            errors.on(
                constant,
                format!("`{name}` is an argument of the function, and `{kind}(..)` takes literals and constants: give the backoff as an expression, `Backoff::{kind}(..)?`"),
            );
        }
    }
}

/// Refuses what makes or asks for an error where the result plainly has none.
fn check_no_result(options: &Options, output: &Type, errors: &mut Errors) {
    let judges_responses = options.until.is_given() || options.on_ok.is_given();
    if !judges_responses || !signature::is_no_result(output) {
        return;
    }
    let makes = "makes an error of the call, and this result has none";
    let asks = "asks about errors, and this result has none";
    let stands_in = "stands in for errors, and this result has none";
    for (key, what) in [
        (options.on.given(), asks),
        (options.timeout.given(), makes),
        (options.deadline.given(), makes),
        (options.breaker.given(), makes),
        (options.unfinished.given(), makes),
        (options.fallback.given(), stands_in),
    ] {
        if let Some(key) = key {
            errors.at(
                key.span(),
                format!("`{key}` {what}: return a `Result`, or drop `{key}`"),
            );
        }
    }
}

/// Refuses `hedge` where attempts cannot run concurrently and share the arguments.
fn check_hedge(
    options: &Options,
    function: &Function,
    function_kind: FunctionKind,
    errors: &mut Errors,
) {
    let Some(span) = options.hedge.span() else {
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

/// Refuses to give one error away twice: in hedged calls it is the retry's own.
fn check_kept(options: &Options, errors: &mut Errors) {
    let hook = options.before_retry.value();
    let hook_sees_error = hook.is_some_and(|hook| hook.error.is_some());
    let elapsed = options.elapsed.value();
    let elapsed = elapsed.filter(|elapsed| elapsed.takes_two());
    if let (Some(_), true, Some(elapsed)) = (options.hedge.span(), hook_sees_error, elapsed) {
        errors.on(
            elapsed,
            "in a hedged call the error of a failed attempt goes to its retry, and `before_retry` has asked for it: give only one of the two closures its second parameter",
        );
    }
}

/// Refuses `rejected` without a `breaker`: it would have no effect.
fn check_rejected(options: &Options, errors: &mut Errors) {
    if let (Some(rejected), None) = (options.rejected.value(), options.breaker.value()) {
        errors.on(
            rejected,
            "only a circuit breaker rejects: give the `breaker` too, or drop `rejected`",
        );
    }
}

fn check_function_kind(
    options: &Options,
    function: &Function,
    function_kind: FunctionKind,
    errors: &mut Errors,
) {
    match function_kind {
        FunctionKind::Sync => {
            if let Some(timeout) = options.timeout.value() {
                const MESSAGE: &str = "a `timeout` cannot cut an attempt of a sync fn: give the client underneath a time-out, or make the fn `async`";
                match timeout {
                    Setting::Literal(literal) => errors.at(literal.span, MESSAGE),
                    Setting::Expr(expr) => errors.on(expr, MESSAGE),
                }
            }
            if let Some(elapsed) = options.elapsed.value() {
                errors.on(
                    elapsed,
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

/// Whether an attribute below is named `non_idempotent`. Under another name it leaves
/// a marker when it is expanded.
fn is_spelled_below(function: &Function) -> bool {
    function
        .attrs
        .iter()
        .any(|attr| is_named(attr, "non_idempotent"))
}
