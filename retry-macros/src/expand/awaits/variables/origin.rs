//! How the value of a variable came about, as far as is plain to see.

use super::super::looks::gives_back;
use super::super::macros::elements_of;
use super::super::names::{
    CONSTRUCTORS, PRINTED, is_constructor, is_inferred, is_made_by, is_named, is_one_of, is_plain,
    is_unit, parent_of,
};
use super::{Variables, name_of};
use crate::syntax::patterns;
use crate::syntax::signature;
use syn::{Expr, ExprMethodCall, Ident, Local, Pat, Stmt};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// By a call, directly or in a branch.
    Called,
    /// A struct was made in the body: as it is, packed or copied.
    Made,
}

impl Variables {
    pub(super) fn bind_local(&mut self, name: Ident, local: &Local, init: &Expr) {
        self.lets.insert(name.clone());
        if self.is_pointer_to_made(init) {
            self.pointers.insert(name.clone());
        }
        if is_list(init) {
            self.lists.insert(name.clone());
        }
        if self.holds_made(init) {
            self.holders.insert(name);
        } else if !is_list(init) {
            let origin = self.origin(init).or_else(|| self.origin_by_type(local));
            self.add(name, origin);
        }
    }

    /// Of a type that is written there, what it is may come from anywhere: `1.into()`.
    fn origin_by_type(&self, local: &Local) -> Option<Origin> {
        match &local.pat {
            Pat::Type(typed) if self.is_sync && !signature::is_plain(&typed.ty) => {
                Some(Origin::Called)
            }
            _ => None,
        }
    }

    fn add(&mut self, name: Ident, origin: Option<Origin>) {
        match origin {
            Some(Origin::Made) => _ = self.made.insert(name),
            Some(Origin::Called) => _ = self.called.insert(name),
            None => {}
        }
    }

    /// The names in a pattern.
    pub(super) fn bind(&mut self, pat: &Pat, origin: Option<Origin>) {
        if origin.is_some() {
            for name in patterns::bound_names(pat) {
                self.add(name, origin);
            }
        }
    }

    /// The parameters of closures that a method is given are parts of what it is called on.
    pub(super) fn bind_parameters(&mut self, call: &ExprMethodCall) {
        let origin = self.origin_of_part(&call.receiver);
        let closures = call.args.iter().filter_map(|arg| match arg {
            Expr::Closure(closure) => Some(closure),
            _ => None,
        });
        for parameter in closures.flat_map(|closure| &closure.inputs) {
            self.bind(parameter, origin);
        }
    }

    /// A list that is filled with what is made there.
    pub(super) fn fill(&mut self, call: &ExprMethodCall) {
        let makes = |arg: &Expr| match arg {
            Expr::Call(call) if is_made_by(&call.func) => !is_plain(arg),
            arg => self.origin_of_part(arg).is_some(),
        };
        if self.is_filled(call) && call.args.iter().any(makes) {
            if let Expr::Path(list) = &*call.receiver {
                self.holders.extend(name_of(list));
            }
        }
    }

    fn origin(&self, init: &Expr) -> Option<Origin> {
        match init {
            Expr::Struct(_) => Some(Origin::Made),
            Expr::Call(call) if is_constructor(&call.func) && !is_one_of(call, CONSTRUCTORS) => {
                Some(Origin::Made)
            }
            Expr::Path(path) if self.is_made(path) || is_unit(path) => Some(Origin::Made),
            Expr::Path(path) if self.is_called(path) => Some(Origin::Called),
            Expr::Paren(inner) => self.origin(&inner.expr),
            Expr::Reference(lent) => self.origin(&lent.expr),
            Expr::MethodCall(call) if call.method == "clone" => {
                Some(self.origin(&call.receiver).unwrap_or(Origin::Called))
            }
            // Of what is made in the body, whatever the method: `ops.pop().unwrap()`.
            Expr::MethodCall(call) if is_inferred(init) || is_plain(init) => {
                let whole = self.origin_of_part(&call.receiver);
                whole.filter(|origin| *origin == Origin::Made && !is_count(call))
            }
            Expr::Call(call) if gives_back(call) => {
                let given = call.args.iter().filter_map(|arg| self.origin(arg)).max();
                Some(given.unwrap_or(Origin::Called))
            }
            Expr::Macro(mac) => {
                let last = mac.mac.path.segments.last();
                let is_printed = last.is_some_and(|last| is_named(&last.ident, PRINTED));
                (!is_printed && !is_list(init)).then_some(Origin::Called)
            }
            Expr::MethodCall(_)
            | Expr::Call(_)
            | Expr::Await(_)
            | Expr::Try(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Loop(_)
            | Expr::Unsafe(_)
            | Expr::Block(_) => Some(Origin::Called),
            _ => None,
        }
    }

    /// The same of a part of a value, or of what it is iterated over for.
    pub(super) fn origin_of_part(&self, whole: &Expr) -> Option<Origin> {
        match whole {
            Expr::Path(path) if self.is_holder(path) => Some(Origin::Made),
            Expr::Path(path) if self.is_list(path) => Some(Origin::Called),
            Expr::Tuple(tuple) => self.latest(tuple.elems.iter()),
            Expr::Array(array) => self.latest(array.elems.iter()),
            Expr::Macro(mac) if is_list(whole) => self.latest(elements_of(&mac.mac).iter()),
            Expr::Call(call) if is_one_of(call, CONSTRUCTORS) => self.latest(call.args.iter()),
            Expr::Reference(lent) => self.origin_of_part(&lent.expr),
            Expr::Paren(inner) => self.origin_of_part(&inner.expr),
            Expr::Unary(unary) => self.origin_of_part(&unary.expr),
            Expr::Field(field) => self.origin_of_part(&field.base),
            Expr::Index(index) => self.origin_of_part(&index.expr),
            Expr::MethodCall(call) => {
                let by_closure = call.args.iter().any(ends_in_made);
                let made = by_closure.then_some(Origin::Made);
                made.max(self.origin_of_part(&call.receiver))
                    .max(self.origin(whole))
            }
            _ => self.origin(whole),
        }
    }

    fn latest<'e>(&self, parts: impl Iterator<Item = &'e Expr>) -> Option<Origin> {
        parts.filter_map(|part| self.origin_of_part(part)).max()
    }

    /// Whether what is made in the body is in it, among others.
    fn holds_made(&self, init: &Expr) -> bool {
        match init {
            Expr::Path(path) => self.is_holder(path),
            Expr::Reference(lent) => self.holds_made(&lent.expr),
            Expr::Tuple(_) | Expr::Array(_) => self.origin_of_part(init) == Some(Origin::Made),
            Expr::Macro(_) => is_list(init) && self.origin_of_part(init) == Some(Origin::Made),
            Expr::Call(call) => {
                is_one_of(call, CONSTRUCTORS) && self.origin_of_part(init) == Some(Origin::Made)
            }
            _ => false,
        }
    }

    fn is_pointer_to_made(&self, init: &Expr) -> bool {
        match init {
            Expr::Call(call) => gives_back(call) && self.origin(init) == Some(Origin::Made),
            Expr::MethodCall(call) => {
                call.method == "clone" && self.is_pointer_to_made(&call.receiver)
            }
            Expr::Path(path) => self.is_pointer(path),
            _ => false,
        }
    }
}

/// `Vec::new()`, `Vec::with_capacity(n)`, `vec![..]`
fn is_list(init: &Expr) -> bool {
    match init {
        Expr::Call(call) => {
            is_one_of(call, &["new", "with_capacity"])
                && parent_of(call).is_some_and(|parent| parent == "Vec")
        }
        Expr::Macro(mac) => {
            let last = mac.mac.path.segments.last();
            last.is_some_and(|last| last.ident == "vec")
        }
        _ => false,
    }
}

fn is_count(call: &ExprMethodCall) -> bool {
    is_named(
        &call.method,
        &["count", "is_empty", "len", "product", "sum", "to_string"],
    )
}

/// Whether it is a closure that ends in a struct.
fn ends_in_made(argument: &Expr) -> bool {
    let Expr::Closure(closure) = argument else {
        return false;
    };
    let mut tail = &*closure.body;
    while let Expr::Block(block) = tail {
        match block.block.stmts.last() {
            Some(Stmt::Expr(last, None)) => tail = last,
            _ => return false,
        }
    }
    match tail {
        Expr::Struct(_) => true,
        Expr::Call(call) => is_constructor(&call.func) && !is_one_of(call, CONSTRUCTORS),
        _ => false,
    }
}
