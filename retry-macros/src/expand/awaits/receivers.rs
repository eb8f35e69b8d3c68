//! What methods are called on.

use super::looks::gives_back;
use super::names::{is_call, is_made_by, is_named, is_of_a_library, is_unit};
use super::{Awaits, peel};
use syn::{Expr, ExprMethodCall, ExprPath};

impl Awaits<'_> {
    /// Wraps what a method is called on, if that is a call. Its type is known
    /// there, so that nothing is left to infer. A variable is looked at where it
    /// is bound: a method may borrow it.
    pub(super) fn wrap_receiver(&mut self, call: &mut ExprMethodCall) {
        peel(&mut call.receiver);
        if call.method == "assume_idempotent" {
            return;
        }
        match &mut *call.receiver {
            Expr::Path(path) => self.look_at_receiver(path),
            receiver @ (Expr::Struct(_) | Expr::Reference(_)) => self.hand(receiver),
            // `flatten` awaits what the block ends in.
            Expr::Async(block) if is_named(&call.method, &["flatten", "try_flatten"]) => {
                self.hand_tail(&mut block.block);
            }
            receiver if is_call(receiver) => {
                let may_be_operation = is_maker(receiver, |call| !is_of_a_library(call));
                self.wrap(receiver);
                if may_be_operation {
                    self.check_operation(receiver);
                }
            }
            _ => {}
        }
    }

    /// The same where nothing is awaited: only an operation that is plainly made here.
    pub(super) fn hand_receiver(&mut self, receiver: &mut Expr) {
        peel(receiver);
        match receiver {
            Expr::Path(path) => {
                let is_called = self.caller.is_sync && self.variables.is_called(path);
                if is_called || self.variables.is_made(path) {
                    self.look_at_receiver(path);
                } else if is_unit(path) {
                    self.hand(receiver);
                }
            }
            Expr::Struct(_) => self.hand(receiver),
            Expr::Reference(lent) => self.hand_receiver(&mut lent.expr),
            Expr::MethodCall(call) if call.method == "clone" => {
                self.hand_receiver(&mut call.receiver);
            }
            Expr::Call(call) if gives_back(call) => {
                call.args.iter_mut().for_each(|arg| self.hand_receiver(arg));
            }
            made if self.caller.is_sync && is_maker(made, |call| is_made_by(&call.func)) => {
                self.check_operation(made);
            }
            _ => {}
        }
    }

    /// What another future is made of, which is not awaited here. Iterators and options are
    /// flattened too, and the type of what is in them may be known later.
    pub(super) fn adapt(&mut self, call: &mut ExprMethodCall) {
        if call.method == "flatten" && is_call(&call.receiver) {
            self.defer_chain(&mut call.receiver);
        } else {
            self.wrap_receiver(call);
        }
    }

    /// A call and all that it is made from by methods, whenever their types are known.
    fn defer_chain(&mut self, made: &mut Expr) {
        match made {
            Expr::MethodCall(call) => {
                match &mut *call.receiver {
                    Expr::Path(path) => self.look_at_receiver(path),
                    receiver if is_call(receiver) => self.defer_chain(receiver),
                    _ => {}
                }
                self.hand_all(call.args.iter_mut());
            }
            Expr::Call(call) => self.hand_all(call.args.iter_mut()),
            _ => {}
        }
        self.defer(made);
    }

    /// A variable that a method is called on, or that a part is taken of.
    pub(super) fn look_at_receiver(&mut self, path: &ExprPath) {
        if !self.variables.watch(path) {
            let look = self.look(path);
            self.looks_before.extend(look);
        }
    }
}

/// `Charge::new(..)`, `Charge::builder().build()`: whether what is called may make an
/// operation, which is then sent by a method of its own.
fn is_maker(receiver: &Expr, is_maker: impl Fn(&syn::ExprCall) -> bool) -> bool {
    match receiver {
        Expr::Call(call) => is_maker(call),
        Expr::MethodCall(call) => call.method == "build",
        _ => false,
    }
}
