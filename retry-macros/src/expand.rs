//! Writes the plan out: the user's body becomes the attempt of a loop.

mod arguments;
mod awaits;
mod before_retry;
mod breaker;
mod call_site;
mod convert;
mod decision;
mod fallback;
mod hedge;
mod kept_errors;
pub(crate) mod non_idempotent;
mod notify;
mod operation_checks;
mod policy;
mod retry_loop;
mod wait;
mod writer;

use self::arguments::{Binder, Bindings};
use self::awaits::Caller;
use self::writer::{AttemptBody, LoopWriter};
use crate::plan::{OnPlan, RetryPlan};
use crate::syntax::foreign_macros::{self, UserBody};
use crate::syntax::function::{Function, FunctionBody};
use crate::syntax::markers::RUNTIME_ALIAS;
use crate::syntax::patterns::{self, bound_names};
use crate::syntax::returned_future;
use crate::syntax::runtime_path::RuntimePath;
use crate::syntax::signature::{self, FunctionKind};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{code, group_like};
use crate::syntax::words::Words;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use std::cell::Cell;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Block, Expr, FnArg, ReturnType, Signature, Stmt};

/// The function with its body turned into a loop over attempts.
pub(crate) fn expand(mut function: Function, plan: &RetryPlan) -> Function {
    let rt = Ident::new(RUNTIME_ALIAS, Span::mixed_site());
    let writer = LoopWriter {
        plan,
        rt: &rt,
        self_name: None,
        returns: true,
        parameters: &bound_before(&function, plan),
        checks_awaits: &Cell::new(false),
    };
    let FunctionBody::Block(body) = function.body.clone() else {
        return function;
    };
    let words = function.words().clone();
    let checks = operation_checks::checks(&function.sig, &words, writer);
    let new = match plan.function_kind {
        FunctionKind::Async | FunctionKind::Sync if foreign_macros::is_wrapped(&function) => {
            wrapped(&mut function.sig, body, words, writer)
        }
        FunctionKind::Async | FunctionKind::Sync => plain(&mut function.sig, body, words, writer),
        FunctionKind::Future { boxed } => future(&mut function.sig, body, boxed, writer),
    };
    let runtime = &plan.runtime;
    let awaits = writer.checks_awaits.get().then(|| code!(Awaitable as _,));
    let asks = match plan.on {
        None => Some(code!(NotErased as _,)),
        Some(OnPlan::Known) => None,
        Some(OnPlan::Asked(_) | OnPlan::AskedWith(_) | OnPlan::Always) => {
            Some(code!(NoOwnVerdict as _,))
        }
    };
    let names = if awaits.is_some() || asks.is_some() {
        code!(::{self as #rt, #awaits #asks})
    } else {
        code!(as #rt)
    };
    // With the span of the user's path, for the error where it leads to no runtime.
    let names = SpanRange::of(runtime).ours(names);
    function.set_body(code!(use #runtime #names; #checks #new));
    if plan.makes_key {
        // A key made inside is new for each call: an outer retry would send
        // the order again under another one.
        non_idempotent::wrap(&mut function, runtime);
    }
    function
}

/// The names that the attempt finds bound.
fn bound_before(function: &Function, plan: &RetryPlan) -> Vec<Ident> {
    let mut names = signature::argument_names(&function.sig);
    names.extend(plan.attempt.iter().chain(&plan.key).map(IdentExt::unraw));
    if let FunctionKind::Future { .. } = plan.function_kind {
        names.extend(returned_future::names_before(&function.body_tokens()));
    }
    names
}

/// A function that is declared `#[idempotent]`: what it calls must not say otherwise, and
/// neither must the operations that it takes.
pub(crate) fn check_declared(function: &mut Function, runtime: &RuntimePath) {
    // Not the alias of retried functions, which are known by it.
    let rt = Ident::new("__retry_checks", Span::mixed_site());
    let caller = Caller {
        rt: &rt,
        parameters: &signature::argument_names(&function.sig),
        // A key may come with the arguments.
        has_key: true,
        is_sync: function.sig.asyncness.is_none(),
        is_declared: true,
    };
    let (body, words) = (function.body_tokens(), function.words());
    let body = match FunctionKind::of(function) {
        (FunctionKind::Future { .. }, _) => awaits::checked_future(&body, words, caller),
        _ => awaits::checked(&body, words, caller),
    };
    let checks = operation_checks::checks_of_declared(function, words, &rt);
    if body.is_some() || checks.is_some() {
        let body = body.unwrap_or_else(|| function.body_tokens());
        let names = code!(::{self as #rt, Awaitable as _});
        let names = SpanRange::of(runtime).ours(names);
        function.set_body(code!(#[allow(unused_imports)] use #runtime #names; #checks #body));
    }
}

/// The whole body is the attempt.
fn plain(sig: &mut Signature, body: Group, words: Words, writer: LoopWriter<'_>) -> TokenStream {
    let bindings = bind(sig, writer, &|name| words.mention(name));
    writer.write(&AttemptBody {
        block: body,
        words,
        output: &writer.plan.output,
        copies: signature::copies_arguments(sig),
        bindings,
    })
}

/// Another attribute macro has wrapped the body: the attempt is the user's own block
/// inside.
fn wrapped(sig: &mut Signature, body: Group, words: Words, writer: LoopWriter<'_>) -> TokenStream {
    match Block::parse_within.parse2(body.stream()) {
        Ok(stmts) => {
            let mut block = Block {
                brace_token: syn::token::Brace::default(),
                stmts,
            };
            rewrite_user_body(sig, &mut [], &mut block, writer);
            let stmts = &block.stmts;
            code!(#(#stmts)*)
        }
        Err(_) => plain(sig, body, words, writer),
    }
}

/// A function that returns a future: where it ends in an `async` block, that block is
/// the attempt; any other tail expression is evaluated anew for each attempt.
fn future(sig: &mut Signature, body: Group, boxed: bool, writer: LoopWriter<'_>) -> TokenStream {
    let Ok(mut stmts) = Block::parse_within.parse2(body.stream()) else {
        return body.stream();
    };
    let Some((last, preamble)) = stmts.split_last_mut() else {
        return body.stream();
    };
    awaits::before::check_before(preamble, &Words::of(code!(#last)), writer.caller());
    if let Some(inner) = returned_future::tail(last).and_then(returned_future::async_in) {
        rewrite_user_body(sig, preamble, inner, writer);
        return code!(#(#stmts)*);
    }
    let attempt = evaluated_anew(last, boxed.then_some(&sig.output));
    let words = Words::of(attempt.clone());
    let bindings = bind_around(sig, preamble, writer, &words);
    let attempts = writer.write(&AttemptBody {
        block: group_like(&body, attempt),
        words,
        output: &writer.plan.output,
        copies: false,
        bindings,
    });
    let (rt, stmts) = (writer.rt, &*preamble);
    let future = code!(async move { #attempts });
    let future = if boxed {
        code!(#rt::Box::pin(#future))
    } else {
        future
    };
    code!(#(#stmts)* return #future;)
}

/// The attempt of a function that ends in a call of another that returns a future. The
/// braces end the call's temporaries before the future is awaited. Boxed futures of
/// several types are one type only as what the function returns.
fn evaluated_anew(last: &Stmt, boxed: Option<&ReturnType>) -> TokenStream {
    let mut last = last.clone();
    let Some(tail) = returned_future::tail(&mut last) else {
        return code!(return { #last }.await);
    };
    let (Expr::If(_) | Expr::Match(_) | Expr::Block(_)) = tail else {
        return code!(return { #tail }.await);
    };
    let Some(ReturnType::Type(_, ty)) = boxed else {
        returned_future::each_branch(tail, &mut |_| ());
        return code!(return { #tail }.await);
    };
    returned_future::each_branch(tail, &mut |branch| {
        if let Expr::Call(_) | Expr::MethodCall(_) | Expr::Path(_) = branch {
            *branch = checked_unboxed(branch);
        }
    });
    let ty = signature::for_local(ty);
    code!(return { let __retry_future: #ty = #tail; __retry_future }.await)
}

/// A future, with an `.await` of its own type, which is checked like others and never
/// reached.
fn checked_unboxed(future: &Expr) -> Expr {
    let awaited = SpanRange::of(future).ours(code!(__retry_future.await));
    Expr::Verbatim(code! {
        match #future {
            __retry_future => {
                #[allow(unreachable_code)]
                if false { loop {} let _ = async { #awaited }; }
                __retry_future
            }
        }
    })
}

/// Puts the loop where the user's body stands inside an `async` block.
/// `around` stands before that block.
fn rewrite_user_body(
    sig: &mut Signature,
    around: &mut [Stmt],
    block: &mut Block,
    writer: LoopWriter<'_>,
) {
    foreign_macros::with_user_body(block, &mut |core| match core {
        UserBody::Plain(block) => {
            let body = taken(block);
            let words = Words::of(body.stream());
            let bindings = bind_around(sig, around, writer, &words);
            let written = writer.write(&AttemptBody {
                block: body,
                words,
                output: &writer.plan.output,
                copies: false,
                bindings,
            });
            block.stmts = vec![Stmt::Expr(Expr::Verbatim(written), None)];
        }
        UserBody::AsyncTrait {
            preamble,
            body,
            output,
        } => {
            let block = taken(body);
            let output = output.map_or_else(
                || writer.plan.output.clone(),
                |output| signature::for_local(&output),
            );
            let words = Words::of(block.stream());
            let is_used = |name: &Ident| words.mention(name);
            let mut binder = binder(writer, &is_used);
            binder.preamble(preamble, sig);
            let bindings = binder.bindings;
            let looped = LoopWriter {
                self_name: Some("__self"),
                returns: false,
                ..writer
            };
            let written = looped.write(&AttemptBody {
                block: block.clone(),
                words: words.clone(),
                output: &output,
                copies: signature::copies_arguments(sig),
                bindings,
            });
            body.stmts = vec![Stmt::Expr(Expr::Verbatim(written), None)];
        }
    });
}

/// Takes the statements out of a block, with the braces around them.
fn taken(block: &mut Block) -> Group {
    let stmts = std::mem::take(&mut block.stmts);
    let mut body = Group::new(Delimiter::Brace, code!(#(#stmts)*));
    body.set_span(block.brace_token.span.join());
    body
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
    let before = Words::of(code!(#(#around)*));
    let arguments = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(arg) => Some(patterns::mut_names(&arg.pat)),
        FnArg::Receiver(_) => None,
    });
    arguments
        .flatten()
        .filter(|name| before.mention(name))
        .collect()
}

/// Binds the arguments that `attempt` uses, and the variables of the statements before
/// it, which shadow arguments of the same name.
fn bind_around(
    sig: &mut Signature,
    around: &mut [Stmt],
    writer: LoopWriter<'_>,
    attempt: &Words,
) -> Bindings {
    let hidden: Vec<_> = around
        .iter()
        .filter_map(|stmt| match stmt {
            Stmt::Local(local) => Some(bound_names(&local.pat)),
            _ => None,
        })
        .flatten()
        .collect();
    let is_used = |name: &Ident| attempt.mention(name);
    // A `mut` argument that these statements may have changed keeps its value for the whole
    // call: attempts can read it, and cannot change it.
    let prepared = changed_before(sig, around);
    let is_visible = |name: &Ident| {
        let word = name.unraw();
        !hidden.contains(&word) && !prepared.contains(&word) && is_used(name)
    };
    let mut bindings = bind(sig, writer, &is_visible);
    for name in prepared {
        if is_used(&name) && !hidden.contains(&name) {
            let shadows = arguments::shadows();
            bindings.before.extend(code!(#shadows let #name = #name;));
        }
    }
    let mut binder = binder(writer, &is_used);
    binder.locals(around);
    bindings.add_inside(binder.bindings);
    bindings
}
