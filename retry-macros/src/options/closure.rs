//! `notify`, `before_retry`, `fallback` and `sleep`: closures whose body is inlined, since a closure that
//! is called would have to borrow `self` for as long as the loop goes on.

use super::setting::expr;
use crate::plan::{BeforeRetry, ClosureKind, Fallback, NotifyPlan, SleepPlan};
use crate::syntax::control_flow;
use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Expr, ExprClosure, Stmt};

const NOTIFY_FORM: &str = "`notify` is a closure with one parameter, the `Failure`, or the path of a function of it: write for example `notify = |failure| log(failure)`";

/// `notify = |failure| ..`: what is told of a failed attempt that is retried.
pub(super) fn notify(input: ParseStream) -> syn::Result<NotifyPlan> {
    let closure = match expr(input)? {
        Expr::Path(path) => return Ok(NotifyPlan::Path(path)),
        Expr::Closure(closure) => closure,
        other => return Err(syn::Error::new_spanned(other, NOTIFY_FORM)),
    };
    let head = head(&closure);
    let flow = control_flow::control_flow(&closure.body);
    if closure.asyncness.is_some() || flow.awaits {
        let message = "`notify` only tells, and nothing waits for it: what has to be awaited before a retry is done by `before_retry`";
        return Err(syn::Error::new_spanned(head, message));
    }
    let mut inputs = closure.inputs.into_iter();
    match (inputs.next(), inputs.next()) {
        (Some(failure), None) => Ok(NotifyPlan::Inlined {
            failure,
            body: *closure.body,
            returns: flow.leaves,
        }),
        _ => Err(syn::Error::new_spanned(head, NOTIFY_FORM)),
    }
}

/// `before_retry = |retry| ..`: what runs after the delay, before the attempt.
pub(super) fn before_retry(input: ParseStream) -> syn::Result<BeforeRetry> {
    let expr = expr(input)?;
    let Expr::Closure(closure) = expr else {
        return Err(syn::Error::new_spanned(
            expr,
            "`before_retry` is a closure whose body is inlined: write for example `before_retry = |retry| self.reconnect()`",
        ));
    };
    let (head, kind) = (head(&closure), kind(&closure));
    let mut inputs = closure.inputs.into_iter();
    match (inputs.next(), inputs.next(), inputs.next()) {
        (Some(retry), error, None) => Ok(BeforeRetry {
            retry,
            error,
            body: *closure.body,
            kind,
        }),
        _ => Err(syn::Error::new_spanned(
            head,
            "the closure of `before_retry` takes the `Attempt` that is about to start, and if wanted the error before it: write `|retry| ..` or `|retry, error| ..`",
        )),
    }
}

const FALLBACK_FORM: &str = "`fallback` is a closure with the last error, and if wanted with the `End` of the call: write for example `fallback = |error| self.cached(error)` or `fallback = |error, end| ..`";

/// `fallback = |error| ..`: what the function returns where retries end in failure.
pub(super) fn fallback(input: ParseStream) -> syn::Result<Fallback> {
    let closure = match expr(input)? {
        Expr::Path(path) => return Ok(Fallback::Path(path)),
        Expr::Closure(closure) => closure,
        other => return Err(syn::Error::new_spanned(other, FALLBACK_FORM)),
    };
    let (head, kind) = (head(&closure), kind(&closure));
    let mut inputs = closure.inputs.into_iter();
    match (inputs.next(), inputs.next(), inputs.next()) {
        (Some(error), end, None) => Ok(Fallback::Inlined {
            error,
            end,
            body: *closure.body,
            kind,
        }),
        _ => Err(syn::Error::new_spanned(head, FALLBACK_FORM)),
    }
}

const SLEEP_FORM: &str = "`sleep` is the path of a function from `Duration` to a future, or in a sync fn of one that blocks, or a closure of the wait: write for example `sleep = my_timer::sleep` or `sleep = |wait| self.clock.sleep(wait)`";

/// `sleep = my_timer::sleep` or `|wait| ..`: another timer than tokio's.
pub(super) fn sleep(input: ParseStream) -> syn::Result<SleepPlan> {
    let closure = match expr(input)? {
        Expr::Path(path) => return Ok(SleepPlan::Path(path)),
        Expr::Closure(closure) => closure,
        other => return Err(syn::Error::new_spanned(other, SLEEP_FORM)),
    };
    let head = head(&closure);
    let flow = control_flow::control_flow(&closure.body);
    if closure.asyncness.is_some() || flow.awaits || flow.leaves {
        let message = "the closure of `sleep` ends in the future that is waited for, and does not wait itself: write for example `sleep = |wait| self.clock.sleep(wait)`";
        return Err(syn::Error::new_spanned(head, message));
    }
    let mut inputs = closure.inputs.into_iter();
    match (inputs.next(), inputs.next()) {
        (Some(wait), None) => Ok(SleepPlan::Inlined {
            wait,
            body: *closure.body,
        }),
        _ => Err(syn::Error::new_spanned(head, SLEEP_FORM)),
    }
}

/// `|a, b|`, for errors to point at.
fn head(closure: &ExprClosure) -> TokenStream {
    let (begin, given, end) = (&closure.inputs_begin, &closure.inputs, &closure.inputs_end);
    quote::quote!(#begin #given #end)
}

/// How the body has to be run.
fn kind(closure: &ExprClosure) -> ClosureKind {
    let flow = control_flow::control_flow(&closure.body);
    let is_result = is_result(&closure.body);
    if closure.asyncness.is_some() || flow.awaits || flow.leaves || is_result {
        ClosureKind::Block {
            fallible: flow.leaves || is_result,
            awaits: closure.asyncness.is_some() || flow.awaits,
        }
    } else {
        ClosureKind::Value
    }
}

/// Whether the body ends in `Ok(..)`, `Err(..)` or a panic: then it can be given the
/// type of the function's result, so that coercions work.
fn is_result(body: &Expr) -> bool {
    match body {
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Ok" || last.ident == "Err"),
            _ => false,
        },
        Expr::Macro(expr) => expr.mac.path.segments.last().is_some_and(|last| {
            ["panic", "todo", "unimplemented", "unreachable"]
                .iter()
                .any(|name| last.ident == name)
        }),
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(tail, None)) => is_result(tail),
            _ => false,
        },
        _ => false,
    }
}
