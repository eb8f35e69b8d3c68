//! Writes the plan out: puts the loop where the attempt stood.

mod arguments;
pub(crate) mod awaits;
mod before_retry;
mod breaker;
pub(crate) mod call_site;
mod convert;
mod decision;
mod fallback;
mod hedge;
pub(crate) mod non_idempotent;
mod operation_checks;
mod retry_loop;

use self::arguments::{Binder, Bindings};
use self::awaits::Caller;
use crate::plan::RetryPlan;
use crate::syntax::foreign_macros::{self, Core};
use crate::syntax::function::{self, Function};
use crate::syntax::returned_future;
use crate::syntax::signature::{self, Shape, bound_names};
use crate::syntax::span_range::Place;
use crate::syntax::tokens::{self, code, group_like};
use proc_macro2::{Group, Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Block, Expr, FnArg, Pat, Signature, Stmt, Type};

/// The attempt: the user's own code, and what stands around it.
struct Body<'a> {
    tokens: TokenStream,
    /// The braces around the tokens, where they are still the user's own.
    braces: Option<Group>,
    output: &'a Type,
    bindings: Bindings,
}

impl Body<'_> {
    /// `{ before.. body.. }`. The braces of the body stay the user's own: what
    /// rustc says of its end points at the closing one then, what it has said
    /// of a half-typed body already is not said twice, and in the 2021 edition
    /// the temporaries of the tail outlive the locals, as they did. They are
    /// the outer braces as well where the body can be taken apart, and where no
    /// argument is bound anew, which such a temporary would outlive too. The
    /// `match` is there for the lint on braces that are not needed.
    fn block(&self, before: &TokenStream, rewritten: Option<TokenStream>) -> TokenStream {
        let inside = &self.bindings.inside;
        match (&self.braces, rewritten) {
            (None, rewritten) => {
                let tokens = rewritten.as_ref().unwrap_or(&self.tokens);
                code!({ #before #inside #tokens })
            }
            (Some(braces), Some(rewritten)) if inside.is_empty() => {
                let block = group_like(braces, code!(#before #rewritten));
                block.into_token_stream()
            }
            (Some(braces), rewritten) => {
                let body = rewritten.map(|rewritten| group_like(braces, rewritten));
                let body = body.as_ref().unwrap_or(braces);
                code!({ #before #inside match () { () => #body } })
            }
        }
    }
}

/// Writes the loop of one plan.
struct Loop<'a> {
    plan: &'a RetryPlan,
    /// What `self` is called where the loop stands.
    self_name: Option<&'static str>,
}

impl Loop<'_> {
    /// Code of the user's in an option, where the loop stands.
    fn code(&self, tokens: &TokenStream) -> TokenStream {
        match self.self_name {
            Some(name) => tokens::rename_self(tokens.clone(), name),
            None => tokens.clone(),
        }
    }
}

/// The function with its body turned into a loop over attempts.
pub(crate) fn expand(mut function: Function, plan: &RetryPlan) -> Function {
    let body = function.body_tokens();
    let checks = operation_checks::checks(&function.sig, &body, plan);
    let new = match plan.shape {
        Shape::Async | Shape::Sync if foreign_macros::is_wrapped(&function) => {
            wrapped(&mut function.sig, body, plan)
        }
        Shape::Async | Shape::Sync => {
            let braces = match &function.body {
                function::Body::Block(braces) => Some(braces.clone()),
                function::Body::Semicolon(_) => None,
            };
            plain(&mut function.sig, body, braces, plan)
        }
        Shape::Future { boxed } => future(&mut function.sig, body, boxed, plan),
    };
    let import = import(&plan.runtime, &plan.rt, &new);
    function.set_body(code!(#import #checks #new));
    if plan.makes_key {
        // A key made inside is new for each call: an outer retry would send
        // the order again under another one.
        non_idempotent::wrap(&mut function, &plan.runtime);
    }
    function
}

/// Names the runtime in a body. Where a path stands that leads to no runtime.
fn import(runtime: &TokenStream, rt: &TokenStream, body: &TokenStream) -> TokenStream {
    let name = Place::of(runtime).ours(if tokens::contains(body.clone(), "__pass") {
        code!(::{self as #rt, Awaitable as _})
    } else {
        code!(as #rt)
    });
    code!(use #runtime #name;)
}

/// A function that is declared `#[idempotent]`: what it calls must not say
/// otherwise.
pub(crate) fn check_declared(function: &mut Function, runtime: &TokenStream) {
    let rt = code!(__retry);
    let caller = Caller {
        rt: &rt,
        parameters: &signature::argument_names(&function.sig),
        // A key may come with the arguments.
        has_key: true,
        is_sync: function.sig.asyncness.is_none(),
        is_declared: true,
    };
    if let Some(body) = awaits::rewritten(&function.body_tokens(), caller) {
        let import = import(runtime, &rt, &body);
        function.set_body(code!(#import #body));
    }
}

/// The whole body is the attempt.
fn plain(
    sig: &mut Signature,
    body: TokenStream,
    braces: Option<Group>,
    plan: &RetryPlan,
) -> TokenStream {
    let is_used = |name: &Ident| tokens::mentions(body.clone(), name);
    let bindings = bind(sig, plan, &is_used);
    Loop {
        plan,
        self_name: None,
    }
    .write(&Body {
        tokens: body,
        braces,
        output: &plan.output,
        bindings,
    })
}

/// Another attribute has wrapped the body: the attempt stands inside.
fn wrapped(sig: &mut Signature, body: TokenStream, plan: &RetryPlan) -> TokenStream {
    match Block::parse_within.parse2(body.clone()) {
        Ok(stmts) => {
            let mut block = Block {
                brace_token: syn::token::Brace::default(),
                stmts,
            };
            rewrite_core(sig, &mut [], &mut block, plan);
            let stmts = &block.stmts;
            code!(#(#stmts)*)
        }
        Err(_) => plain(sig, body, None, plan),
    }
}

/// A function that returns a future: the `async` block that it ends in is the
/// attempt, or else its tail is, evaluated anew for each.
fn future(sig: &mut Signature, body: TokenStream, boxed: bool, plan: &RetryPlan) -> TokenStream {
    let Ok(mut stmts) = Block::parse_within.parse2(body.clone()) else {
        return body;
    };
    let Some((tail, preamble)) = stmts.split_last_mut() else {
        return body;
    };
    awaits::rewrite_closures(preamble, plan.caller());
    if let Some(inner) = returned_future::tail_async(tail) {
        rewrite_core(sig, preamble, inner, plan);
        return code!(#(#stmts)*);
    }
    let attempt = code!({ #tail }.await);
    let bindings = bind_around(sig, preamble, plan, &attempt);
    let stmts = &*preamble;
    let attempts = Loop {
        plan,
        self_name: None,
    }
    .write(&Body {
        tokens: attempt.clone(),
        braces: None,
        output: &plan.output,
        bindings,
    });
    let future = code!(async move { #attempts });
    if boxed {
        let rt = &plan.rt;
        code!(#(#stmts)* #rt::Box::pin(#future))
    } else {
        code!(#(#stmts)* #future)
    }
}

/// Puts the loop where the user's body stands inside an `async` block.
/// `around` stands before that block.
fn rewrite_core(sig: &mut Signature, around: &mut [Stmt], block: &mut Block, plan: &RetryPlan) {
    foreign_macros::with_core(block, &mut |core| match core {
        Core::Plain(block) => {
            let stmts = std::mem::take(&mut block.stmts);
            let tokens = code!(#(#stmts)*);
            let bindings = bind_around(sig, around, plan, &tokens);
            let written = Loop {
                plan,
                self_name: None,
            }
            .write(&Body {
                tokens: tokens.clone(),
                braces: None,
                output: &plan.output,
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
                || plan.output.clone(),
                |output| signature::for_local(&output),
            );
            let is_used = |name: &Ident| tokens::mentions(tokens.clone(), name);
            let mut binder = binder(plan, &is_used);
            binder.preamble(preamble, sig);
            let bindings = binder.bindings;
            let looped = Loop {
                plan,
                self_name: Some("__self"),
            };
            let written = looped.write(&Body {
                tokens: tokens.clone(),
                braces: None,
                output: &output,
                bindings,
            });
            body.stmts = vec![Stmt::Expr(Expr::Verbatim(written), None)];
        }
    });
}

fn binder<'a>(plan: &'a RetryPlan, is_used: &'a dyn Fn(&Ident) -> bool) -> Binder<'a> {
    Binder {
        rt: &plan.rt,
        is_async: !plan.shape.is_sync(),
        is_shared: plan.hedge.is_some(),
        is_used,
        attempt: plan.attempt.as_ref(),
        backoff: plan.backoff.as_ref(),
        bindings: Bindings::default(),
    }
}

fn bind(sig: &mut Signature, plan: &RetryPlan, is_used: &dyn Fn(&Ident) -> bool) -> Bindings {
    let mut binder = binder(plan, is_used);
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
    plan: &RetryPlan,
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
    let mut bindings = bind(sig, plan, &is_visible);
    let mut binder = binder(plan, &is_used);
    binder.locals(around);
    bindings.inside.extend(binder.bindings.inside);
    bindings
}
