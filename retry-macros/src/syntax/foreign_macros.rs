//! What other attribute macros have made of a body, and where in it the user's
//! own stands.

use super::function::Function;
use super::tokens;
use syn::{Block, Expr, Local, Pat, Stmt, Type};

/// The names by which the output of other attribute macros is recognised.
const ASYNC_TRAIT_RESULT: &str = "__ret";
const TRACING_FUTURE: &str = "__tracing_instrument_future";
const TRACING_GUARD: &str = "__tracing_attr_guard";
const TRACING_RESULT: &str = "__match_scrutinee";

/// Whether another attribute has wrapped the body of a function before.
pub(crate) fn is_wrapped(function: &Function) -> bool {
    [TRACING_FUTURE, TRACING_GUARD]
        .iter()
        .any(|name| tokens::contains(function.body_tokens(), name))
}

/// Where the attempt stands, once what other attributes put around the user's
/// body is set aside.
pub(crate) enum Core<'b> {
    /// This block is the user's own.
    Plain(&'b mut Block),
    /// `async_trait` put the user's body into a block of its own; what stands
    /// before binds the arguments.
    AsyncTrait {
        preamble: &'b mut [Stmt],
        body: &'b mut Block,
        output: Option<Type>,
    },
}

/// Finds the user's body in the block that other attributes have made of it,
/// and hands it to `rewrite`.
pub(crate) fn with_core(block: &mut Block, rewrite: &mut dyn FnMut(Core<'_>)) {
    if let Some(inner) = instrumented(block) {
        return with_core(inner, rewrite);
    }
    if let Some(inner) = instrumented_sync(block) {
        return rewrite(Core::Plain(inner));
    }
    if let Some(at) = position(block, ASYNC_TRAIT_RESULT) {
        let (preamble, rest) = block.stmts.split_at_mut(at);
        if let Some((body, output)) = rest.first_mut().and_then(async_trait_result) {
            return rewrite(Core::AsyncTrait {
                preamble,
                body,
                output,
            });
        }
    }
    rewrite(Core::Plain(block));
}

/// The place of `let name = ..` in a block.
fn position(block: &Block, name: &str) -> Option<usize> {
    block
        .stmts
        .iter()
        .position(|stmt| matches!(stmt, Stmt::Local(local) if binds(&local.pat, name)))
}

fn binds(pat: &Pat, name: &str) -> bool {
    match pat {
        Pat::Ident(pat) => pat.ident == name,
        Pat::Type(pat) => binds(&pat.pat, name),
        _ => false,
    }
}

fn init_of(stmt: &mut Stmt) -> Option<&mut Expr> {
    match stmt {
        Stmt::Local(Local {
            init: Some(init), ..
        }) => Some(&mut init.expr),
        _ => None,
    }
}

/// The block that `#[tracing::instrument]` wraps. With `err` or `ret` it stands
/// one level further in:
///
/// ```text
/// let __tracing_instrument_future = async move { BLOCK };
/// let __tracing_instrument_future = async move { match async move { BLOCK }.await { .. } };
/// ```
fn instrumented(block: &mut Block) -> Option<&mut Block> {
    let at = position(block, TRACING_FUTURE)?;
    let Expr::Async(outer) = init_of(block.stmts.get_mut(at)?)? else {
        return None;
    };
    if outer
        .block
        .stmts
        .first_mut()
        .and_then(awaited_block)
        .is_none()
    {
        return Some(&mut outer.block);
    }
    outer.block.stmts.first_mut().and_then(awaited_block)
}

/// The block that `#[tracing::instrument]` puts under a span in a sync fn: a
/// closure of its own with `err` or `ret`, or else the last of one more block.
///
/// ```text
/// let __tracing_attr_guard; .. match (move || { BLOCK })() { .. }
/// { let __tracing_attr_guard; .. { BLOCK } }
/// ```
fn instrumented_sync(block: &mut Block) -> Option<&mut Block> {
    if let Some(at) = position(block, TRACING_GUARD) {
        let after = block.stmts.get_mut(at..)?;
        return after.iter_mut().find_map(|stmt| match stmt {
            Stmt::Local(local) => called_closure(&mut local.init.as_mut()?.expr),
            Stmt::Expr(Expr::Match(expr), _) => called_closure(&mut expr.expr),
            _ => None,
        });
    }
    let Stmt::Expr(Expr::Block(inner), _) = block.stmts.last_mut()? else {
        return None;
    };
    position(&inner.block, TRACING_GUARD)?;
    match inner.block.stmts.last_mut()? {
        Stmt::Expr(Expr::Block(body), _) => Some(&mut body.block),
        _ => None,
    }
}

/// `BLOCK` of `(move || { BLOCK })()`.
fn called_closure(expr: &mut Expr) -> Option<&mut Block> {
    let Expr::Call(call) = expr else { return None };
    let mut func = &mut *call.func;
    while let Expr::Paren(paren) = func {
        func = &mut paren.expr;
    }
    match func {
        Expr::Closure(closure) => match &mut *closure.body {
            Expr::Block(body) => Some(&mut body.block),
            _ => None,
        },
        _ => None,
    }
}

/// `BLOCK` of `match async move { BLOCK }.await {..}` and of
/// `let x = async move { BLOCK }.await;`.
fn awaited_block(stmt: &mut Stmt) -> Option<&mut Block> {
    let awaited = match stmt {
        Stmt::Expr(Expr::Match(expr), _) => &mut *expr.expr,
        Stmt::Local(local)
            if ["x", TRACING_RESULT]
                .iter()
                .any(|name| binds(&local.pat, name)) =>
        {
            init_of(stmt)?
        }
        _ => return None,
    };
    match awaited {
        Expr::Await(expr) => match &mut *expr.base {
            Expr::Async(inner) => Some(&mut inner.block),
            _ => None,
        },
        _ => None,
    }
}

/// `BODY` and `R` of what `async_trait` writes:
///
/// ```text
/// let __self = self; let id = id; let __ret: R = { BODY }; __ret
/// ```
fn async_trait_result(stmt: &mut Stmt) -> Option<(&mut Block, Option<Type>)> {
    let Stmt::Local(local) = stmt else {
        return None;
    };
    let output = match &local.pat {
        Pat::Type(pat) => Some((*pat.ty).clone()),
        _ => None,
    };
    match &mut *local.init.as_mut()?.expr {
        Expr::Block(body) => Some((&mut body.block, output)),
        _ => None,
    }
}
