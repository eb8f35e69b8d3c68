//! Where the user's own body is in what other attribute macros have made of it.
//!
//! Attribute macros above `#[retry]` are expanded first, and their output is the body that
//! `#[retry]` sees. Two of them are recognised by names of theirs:
//!
//! - `#[async_trait]`, as async-trait 0.1.43 to 0.1.92 write it
//! - `#[tracing::instrument]`, as tracing-attributes 0.1.18 to 0.1.31 write it
//!
//! The output of any other macro, or of another version that writes other names, is taken
//! for the user's own body: all of it is the attempt then.

use super::function::Function;
use syn::{Block, Expr, Local, Pat, Stmt, Type};

/// The variable of async-trait's that the user's block is assigned to.
const ASYNC_TRAIT_RESULT: &str = "__ret";
/// In an `async fn`: the variable that `#[instrument]` binds the future of the body to.
const TRACING_FUTURE: &str = "__tracing_instrument_future";
/// In a sync fn: the variable of `#[instrument]`'s that holds the entered span.
const TRACING_GUARD: &str = "__tracing_attr_guard";
/// With `ret` and `err`: the variable that `#[instrument]` binds the outcome to, since
/// tracing-attributes 0.1.28.
const TRACING_OUTCOME: &str = "__match_scrutinee";
/// With `ret` alone: the same.
const TRACING_RETURNED: &str = "x";

/// Whether another attribute has wrapped the body of a function before.
pub(crate) fn is_wrapped(function: &Function) -> bool {
    function
        .words()
        .contain_any(&[TRACING_FUTURE, TRACING_GUARD])
}

/// The user's own body, which is the attempt.
pub(crate) enum UserBody<'b> {
    /// A block that holds the user's statements and nothing else.
    Plain(&'b mut Block),
    /// A block inside what `async_trait` has written; the statements before it move the
    /// arguments.
    AsyncTrait {
        preamble: &'b mut [Stmt],
        body: &'b mut Block,
        output: Option<Type>,
    },
}

/// Finds the user's body and passes it to `rewrite`.
pub(crate) fn with_user_body(block: &mut Block, rewrite: &mut dyn FnMut(UserBody<'_>)) {
    if let Some(inner) = instrumented(block) {
        return with_user_body(inner, rewrite);
    }
    if let Some(inner) = instrumented_sync(block) {
        return rewrite(UserBody::Plain(inner));
    }
    if let Some(at) = position(block, ASYNC_TRAIT_RESULT) {
        let (preamble, rest) = block.stmts.split_at_mut(at);
        if let Some((body, output)) = rest.first_mut().and_then(async_trait_result) {
            return rewrite(UserBody::AsyncTrait {
                preamble,
                body,
                output,
            });
        }
    }
    rewrite(UserBody::Plain(block));
}

/// The index of the statement `let name = ..` in a block.
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

/// The block that `#[tracing::instrument]` wraps in an `async fn`. With `err` or `ret` it
/// is one level deeper:
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

/// The block that `#[tracing::instrument]` wraps in a sync fn. With `err` or `ret` it is
/// the body of a closure, otherwise the tail of one more block:
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
            if [TRACING_RETURNED, TRACING_OUTCOME]
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
