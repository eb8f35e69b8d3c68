//! Whether a method changes what it can only read, as far as its syntax tells.

use super::function::Function;
use syn::parse::Parser;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprAssign, ExprBinary, ExprReference, FnArg, Item, ReceiverKind};

/// Whether a method of `&self` assigns to a field of it or borrows one mutably, which is
/// rustc's E0594 or E0596. What a `cfg` may take away is no matter.
pub(crate) fn changes_shared_self(function: &Function) -> bool {
    let is_shared = function.sig.inputs.iter().any(|input| {
        matches!(input, FnArg::Receiver(receiver)
            if matches!(receiver.kind, ReceiverKind::Reference(_, _, None)))
    });
    if !is_shared || function.words().contain_any(&["cfg"]) {
        return false;
    }
    let stmts = Block::parse_within.parse2(function.body_tokens());
    let mut changes = Changes(false);
    stmts
        .iter()
        .flatten()
        .for_each(|stmt| changes.visit_stmt(stmt));
    changes.0
}

struct Changes(bool);

impl<'ast> Visit<'ast> for Changes {
    fn visit_expr_assign(&mut self, node: &'ast ExprAssign) {
        self.0 |= is_field_of_self(&node.left);
        visit::visit_expr_assign(self, node);
    }

    fn visit_expr_binary(&mut self, node: &'ast ExprBinary) {
        self.0 |= assigns(&node.op) && is_field_of_self(&node.left);
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_reference(&mut self, node: &'ast ExprReference) {
        self.0 |= node.mutability.is_some() && is_field_of_self(&node.expr);
        visit::visit_expr_reference(self, node);
    }

    /// It has a `self` of its own.
    fn visit_item(&mut self, _: &'ast Item) {}
}

/// `self.a.0`
fn is_field_of_self(expr: &Expr) -> bool {
    let Expr::Field(field) = expr else {
        return false;
    };
    let base = &*field.base;
    is_field_of_self(base) || matches!(base, Expr::Path(path) if path.path.is_ident("self"))
}

fn assigns(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
