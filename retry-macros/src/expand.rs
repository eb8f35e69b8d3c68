//! Writes the plan out: puts the loop where the attempt stood.

mod arguments;
mod awaits;
mod before_retry;
mod breaker;
mod call_site;
mod convert;
mod decision;
mod fallback;
mod hedge;
pub(crate) mod non_idempotent;
mod operation_checks;
mod policy;
mod retry_loop;
mod wait;
mod writer;

use self::arguments::{Binder, Bindings};
use self::writer::{AttemptBody, LoopWriter};
use crate::plan::RetryPlan;
use crate::syntax::foreign_macros::{self, Core};
use crate::syntax::function::{Function, FunctionBody};
use crate::syntax::markers::RUNTIME_ALIAS;
use crate::syntax::returned_future;
use crate::syntax::signature::{self, FunctionKind, bound_names};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{self, code};
use proc_macro2::{Group, Ident, Span, TokenStream};
use std::cell::Cell;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Block, Expr, FnArg, Pat, Signature, Stmt};

/// The function with its body turned into a loop over attempts.
pub(crate) fn expand(mut function: Function, plan: &RetryPlan) -> Function {
    let rt = Ident::new(RUNTIME_ALIAS, Span::mixed_site());
    let writer = LoopWriter {
        plan,
        rt: &rt,
        self_name: None,
        checks_awaits: &Cell::new(false),
    };
    let body = function.body_tokens();
    let checks = operation_checks::checks(&function.sig, &body, writer);
    let new = match plan.function_kind {
        FunctionKind::Async | FunctionKind::Sync if foreign_macros::is_wrapped(&function) => {
            wrapped(&mut function.sig, body, writer)
        }
        FunctionKind::Async | FunctionKind::Sync => {
            let braces = match &function.body {
                FunctionBody::Block(braces) => Some(braces.clone()),
                FunctionBody::Semicolon(_) => None,
            };
            plain(&mut function.sig, body, braces, writer)
        }
        FunctionKind::Future { boxed } => future(&mut function.sig, body, boxed, writer),
    };
    let runtime = &plan.runtime;
    let names = if writer.checks_awaits.get() {
        code!(::{self as #rt, Awaitable as _})
    } else {
        code!(as #rt)
    };
    // At the user's path, so that rustc blames it where it leads to no runtime.
    let names = SpanRange::of(runtime).ours(names);
    function.set_body(code!(use #runtime #names; #checks #new));
    if plan.makes_key {
        // A key made inside is new for each call: an outer retry would send
        // the order again under another one.
        non_idempotent::wrap(&mut function, runtime);
    }
    function
}

/// The whole body is the attempt.
fn plain(
    sig: &mut Signature,
    body: TokenStream,
    braces: Option<Group>,
    writer: LoopWriter<'_>,
) -> TokenStream {
    let is_used = |name: &Ident| tokens::mentions(body.clone(), name);
    let bindings = bind(sig, writer, &is_used);
    writer.write(&AttemptBody {
        tokens: body,
        braces,
        output: &writer.plan.output,
        bindings,
    })
}

/// Another attribute has wrapped the body: the attempt stands inside.
fn wrapped(sig: &mut Signature, body: TokenStream, writer: LoopWriter<'_>) -> TokenStream {
    match Block::parse_within.parse2(body.clone()) {
        Ok(stmts) => {
            let mut block = Block {
                brace_token: syn::token::Brace::default(),
                stmts,
            };
            rewrite_core(sig, &mut [], &mut block, writer);
            let stmts = &block.stmts;
            code!(#(#stmts)*)
        }
        Err(_) => plain(sig, body, None, writer),
    }
}

/// A function that returns a future: the `async` block that it ends in is the
/// attempt, or else its tail is, evaluated anew for each.
fn future(
    sig: &mut Signature,
    body: TokenStream,
    boxed: bool,
    writer: LoopWriter<'_>,
) -> TokenStream {
    let Ok(mut stmts) = Block::parse_within.parse2(body.clone()) else {
        return body;
    };
    let Some((tail, preamble)) = stmts.split_last_mut() else {
        return body;
    };
    if let Some(inner) = returned_future::tail_async(tail) {
        rewrite_core(sig, preamble, inner, writer);
        return code!(#(#stmts)*);
    }
    let attempt = code!({ #tail }.await);
    let bindings = bind_around(sig, preamble, writer, &attempt);
    let stmts = &*preamble;
    let attempts = writer.write(&AttemptBody {
        tokens: attempt.clone(),
        braces: None,
        output: &writer.plan.output,
        bindings,
    });
    let future = code!(async move { #attempts });
    if boxed {
        let rt = writer.rt;
        code!(#(#stmts)* #rt::Box::pin(#future))
    } else {
        code!(#(#stmts)* #future)
    }
}

/// Puts the loop where the user's body stands inside an `async` block.
/// `around` stands before that block.
fn rewrite_core(
    sig: &mut Signature,
    around: &mut [Stmt],
    block: &mut Block,
    writer: LoopWriter<'_>,
) {
    foreign_macros::with_core(block, &mut |core| match core {
        Core::Plain(block) => {
            let stmts = std::mem::take(&mut block.stmts);
            let tokens = code!(#(#stmts)*);
            let bindings = bind_around(sig, around, writer, &tokens);
            let written = writer.write(&AttemptBody {
                tokens: tokens.clone(),
                braces: None,
                output: &writer.plan.output,
                bindings,
            });
            block.stmts = vec![Stmt::Expr(Expr::Verbatim(written), None)];
        }
        Core::AsyncTrait {
            preamble,
            body,
            output,
        } => {
            let stmts = std::mem::take(&mut body.stmts);
            let tokens = code!(#(#stmts)*);
            let output = output.map_or_else(
                || writer.plan.output.clone(),
                |output| signature::for_local(&output),
            );
            let is_used = |name: &Ident| tokens::mentions(tokens.clone(), name);
            let mut binder = binder(writer, &is_used);
            binder.preamble(preamble, sig);
            let bindings = binder.bindings;
            let looped = LoopWriter {
                self_name: Some("__self"),
                ..writer
            };
            let written = looped.write(&AttemptBody {
                tokens: tokens.clone(),
                braces: None,
                output: &output,
                bindings,
            });
            body.stmts = vec![Stmt::Expr(Expr::Verbatim(written), None)];
        }
    });
}

fn binder<'a>(writer: LoopWriter<'a>, is_used: &'a dyn Fn(&Ident) -> bool) -> Binder<'a> {
    let plan = writer.plan;
    Binder {
        rt: writer.rt,
        is_async: !plan.function_kind.is_sync(),
        is_shared: plan.hedge.is_some(),
        is_used,
        attempt: plan.attempt.as_ref(),
        backoff: plan.backoff.as_ref(),
        bindings: Bindings::default(),
    }
}

fn bind(sig: &mut Signature, writer: LoopWriter<'_>, is_used: &dyn Fn(&Ident) -> bool) -> Bindings {
    let mut binder = binder(writer, is_used);
    binder.signature(sig);
    binder.bindings
}

/// The `mut` arguments that the statements before an attempt mention.
fn changed_before(sig: &Signature, around: &[Stmt]) -> Vec<Ident> {
    let before = code!(#(#around)*);
    let names = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(arg) => match &*arg.pat {
            Pat::Ident(pat) if pat.mutability.is_some() => Some(pat.ident.unraw()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    names
        .filter(|name| tokens::mentions(before.clone(), name))
        .collect()
}

/// Binds the arguments that `attempt` uses, and what the statements before it
/// have bound: an argument of the same name is hidden behind that.
fn bind_around(
    sig: &mut Signature,
    around: &mut [Stmt],
    writer: LoopWriter<'_>,
    attempt: &TokenStream,
) -> Bindings {
    let hidden: Vec<_> = around
        .iter()
        .filter_map(|stmt| match stmt {
            Stmt::Local(local) => Some(bound_names(&local.pat)),
            _ => None,
        })
        .flatten()
        .collect();
    let is_used = |name: &Ident| tokens::mentions(attempt.clone(), name);
    // A `mut` that the statements before make use of is the user's own.
    let prepared = changed_before(sig, around);
    let is_visible = |name: &Ident| {
        let word = name.unraw();
        !hidden.contains(&word) && !prepared.contains(&word) && is_used(name)
    };
    let mut bindings = bind(sig, writer, &is_visible);
    let mut binder = binder(writer, &is_used);
    binder.locals(around);
    bindings.inside.extend(binder.bindings.inside);
    bindings
}
