//! Closures whose body is inlined where it runs: a called closure could not
//! lend `&mut self`.

use crate::scan;
use proc_macro2::TokenStream;
use syn::{Expr, ExprClosure, Stmt};

/// How the body has to be run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `|x| expr`: its value, or the future that it is.
    Value,
    /// A body with `.await`, `?` or `return` of its own, or one that plainly
    /// ends in a `Result`.
    Block {
        /// Whether it is known to end in a `Result`.
        fallible: bool,
        /// Whether it is a future.
        awaits: bool,
    },
}

pub(super) fn kind(closure: &ExprClosure) -> Kind {
    let flow = scan::control_flow(&closure.body);
    let is_result = is_result(&closure.body);
    if closure.asyncness.is_some() || flow.awaits || flow.leaves || is_result {
        Kind::Block {
            fallible: flow.leaves || is_result,
            awaits: closure.asyncness.is_some() || flow.awaits,
        }
    } else {
        Kind::Value
    }
}

/// `|a, b|`, for errors to point at.
pub(super) fn head(closure: &ExprClosure) -> TokenStream {
    let (begin, given, end) = (&closure.inputs_begin, &closure.inputs, &closure.inputs_end);
    code!(#begin #given #end)
}

/// The body without the braces of a block: inlined, they would be unused.
pub(crate) fn statements(body: &Expr) -> TokenStream {
    match body {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
            let stmts = &block.block.stmts;
            quote::quote!(#(#stmts)*)
        }
        other => quote::quote!(#other),
    }
}

/// Whether the body plainly ends in a `Result`, or never: its type is known
/// then, and coercions work.
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
