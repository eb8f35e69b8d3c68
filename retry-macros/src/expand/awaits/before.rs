//! The statements before an attempt, in a function that returns a future.

use super::names::{is_inferred, is_plain, is_unit};
use super::{Awaits, Caller};
use crate::syntax::patterns;
use crate::syntax::signature;
use crate::syntax::tokens::code;
use crate::syntax::words::Words;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprClosure, ExprMethodCall, Item, Local, Pat, Stmt};

/// Rewrites the closures among the statements before an attempt, which calls them, and
/// awaits what they return. Operations that are made there are for all attempts.
pub(in super::super) fn check_before(stmts: &mut [Stmt], attempt: &Words, caller: Caller<'_>) {
    struct Before<'a>(Awaits<'a>, &'a Words);
    impl VisitMut for Before<'_> {
        fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
            self.0.visit_expr_mut(&mut closure.body);
            self.0.hand_by_closure(&mut closure.body);
            self.0.look_before(&mut closure.body);
        }
        fn visit_local_mut(&mut self, local: &mut Local) {
            visit_mut::visit_local_mut(self, local);
            let names = patterns::bound_names(&local.pat);
            let is_used = names.iter().any(|name| self.1.mention(name));
            match &mut local.init {
                Some(init) if is_used => {
                    let is_typed = is_typed(&local.pat);
                    self.0.hand_kept(&mut init.expr, is_typed);
                    self.0.look_before(&mut init.expr);
                }
                _ => {}
            }
        }
        /// `ops.push(Charge { .. });`
        fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
            visit_mut::visit_expr_method_call_mut(self, call);
            if self.0.variables.is_filled(call) {
                for argument in &mut call.args {
                    self.0.hand_kept_inside(argument);
                }
            }
        }
        fn visit_item_mut(&mut self, _: &mut Item) {}
    }
    let visitor = Awaits::of(&Words::of(code!(#(#stmts)*)), stmts, caller);
    let mut before = Before(visitor, attempt);
    for stmt in stmts {
        before.visit_stmt_mut(stmt);
    }
}

/// Whether a type is written at a binding that may be an operation's.
fn is_typed(pat: &Pat) -> bool {
    matches!(pat, Pat::Type(typed) if !signature::is_plain(&typed.ty))
}

impl Awaits<'_> {
    /// What is made before the attempts and kept for all of them, if it may be an operation.
    fn hand_kept(&mut self, kept: &mut Expr, is_typed: bool) {
        match kept {
            Expr::Struct(_) => self.hand(kept),
            Expr::Paren(inner) => self.hand_kept(&mut inner.expr, is_typed),
            Expr::Reference(lent) => self.hand_kept(&mut lent.expr, is_typed),
            Expr::Tuple(tuple) => {
                let parts = tuple.elems.iter_mut();
                parts.for_each(|part| self.hand_kept(part, is_typed));
            }
            Expr::Array(array) => {
                let parts = array.elems.iter_mut();
                parts.for_each(|part| self.hand_kept(part, is_typed));
            }
            Expr::Path(path) if is_unit(path) || self.variables.is_made(path) => {
                self.check_operation(kept);
            }
            Expr::MethodCall(call) if call.method == "clone" || call.method == "build" => {
                self.check_operation(kept);
            }
            Expr::Call(_) | Expr::MethodCall(_) if is_inferred(kept) || is_plain(kept) => {
                let is_looked_at = is_typed && !has_closure(kept);
                is_looked_at.then(|| self.check_operation(kept));
            }
            Expr::Call(call) => {
                for argument in &mut call.args {
                    self.hand_kept_inside(argument);
                }
                self.check_operation(kept);
            }
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Try(_) => {
                self.check_operation(kept);
            }
            _ => {}
        }
    }

    /// An operation that is packed into something: `Request::new(op)`.
    fn hand_kept_inside(&mut self, packed: &mut Expr) {
        match packed {
            Expr::Struct(_) | Expr::Call(_) => self.hand_kept(packed, false),
            Expr::Path(path) if self.variables.is_made(path) || self.variables.is_called(path) => {
                self.check_operation(packed);
            }
            _ => {}
        }
    }
}

/// The parameters of a closure that is wrapped could not be inferred.
fn has_closure(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => call.args.iter().any(|arg| matches!(arg, Expr::Closure(_))),
        _ => false,
    }
}
