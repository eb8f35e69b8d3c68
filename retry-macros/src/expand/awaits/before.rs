//! The statements before an attempt, in a function that returns a future.

use super::variables::name_of_local;
use super::{Awaits, Caller};
use crate::syntax::tokens::code;
use crate::syntax::words::Words;
use syn::visit_mut::{self, VisitMut};
use syn::{ExprClosure, Item, Local, Stmt};

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
            let is_used = name_of_local(local).is_some_and(|name| self.1.mention(&name));
            match &mut local.init {
                Some(init) if is_used => {
                    self.0.hand_operation(&mut init.expr);
                    self.0.look_before(&mut init.expr);
                }
                _ => {}
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
