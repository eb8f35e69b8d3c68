//! How a piece of user code affects the control flow of the function around it.

use syn::visit::{self, Visit};
use syn::{Expr, ExprAsync, ExprAwait, ExprClosure, ExprReturn, ExprTry, Item, Stmt};

/// The control flow of an expression, leaving out closures, `async` blocks and
/// items inside it, which have their own.
#[derive(Clone, Copy, Default)]
pub(crate) struct ControlFlow {
    pub(crate) awaits: bool,
    /// `?` or `return`.
    pub(crate) leaves: bool,
}

pub(crate) fn control_flow(expr: &Expr) -> ControlFlow {
    let mut flow = ControlFlow::default();
    flow.visit_expr(expr);
    flow
}

/// The first of the statements that can leave the function by `?` or `return`.
pub(crate) fn leaves(stmts: &[Stmt]) -> Option<proc_macro2::Span> {
    stmts
        .iter()
        .find(|stmt| {
            let mut flow = ControlFlow::default();
            flow.visit_stmt(stmt);
            flow.leaves
        })
        .map(syn::spanned::Spanned::span)
}

impl<'ast> Visit<'ast> for ControlFlow {
    fn visit_expr_await(&mut self, node: &'ast ExprAwait) {
        self.awaits = true;
        visit::visit_expr_await(self, node);
    }

    fn visit_expr_try(&mut self, node: &'ast ExprTry) {
        self.leaves = true;
        visit::visit_expr_try(self, node);
    }

    fn visit_expr_return(&mut self, node: &'ast ExprReturn) {
        self.leaves = true;
        visit::visit_expr_return(self, node);
    }

    fn visit_expr_async(&mut self, _: &'ast ExprAsync) {}
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}
