//! What is handed to a call: a future, a function that makes one, an operation.
//!
//! ```text
//! within(charge()).await  →  (Operand(within(retried(charge()))).__pass()).await
//! ```
//!
//! Unlike an awaited operand, an argument may be of a type that is known later,
//! or nowhere but in the called function's signature: `get("7".parse()?)`. So
//! `retried` asks nothing of it until the compiler knows.

use super::Awaits;
use super::looks::is_assumed;
use super::names::{
    ADAPTERS, CONSTRUCTORS, DIVERGING, FOLLOWED, MAKERS, PRINTED, SYNCHRONOUS, call_span,
    has_attributes, is_call, is_constructor, is_holder, is_inferred, is_named, is_one_of, is_place,
    is_plain, is_unit, word_of,
};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use std::mem;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Block, Expr, ExprPath, ExprReference, ExprStruct, Stmt, Token, UnOp};

impl Awaits<'_> {
    pub(super) fn hand_all<'e>(&mut self, arguments: impl Iterator<Item = &'e mut Expr>) {
        arguments.for_each(|argument| self.hand(argument));
    }

    /// Looks at an argument: at a call, at what a closure or a branch ends in, at
    /// a function, at a variable.
    pub(super) fn hand(&mut self, argument: &mut Expr) {
        if has_attributes(argument) {
            // `#[cfg(..)]`: the argument may not be there.
            return;
        }
        match argument {
            Expr::Paren(inner) => self.hand(&mut inner.expr),
            Expr::Group(inner) => self.hand(&mut inner.expr),
            Expr::Closure(closure) => self.hand(&mut closure.body),
            // `&self.op`, `&ops[0]`, `&CHARGE`
            Expr::Reference(lent) if is_place(&lent.expr) => self.defer(argument),
            Expr::Reference(lent) => self.hand_lent(lent),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                match root_of(&unary.expr) {
                    Some(root) if self.may_hold(root) => self.defer(argument),
                    Some(_) => {}
                    None => self.hand(&mut unary.expr),
                }
            }
            Expr::Tuple(tuple) => self.hand_all(tuple.elems.iter_mut()),
            Expr::Array(array) => self.hand_all(array.elems.iter_mut()),
            Expr::Block(block) => self.hand_tail(&mut block.block),
            Expr::Unsafe(block) => self.hand_tail(&mut block.block),
            // As a whole: a branch that never ends, `stop()`, would make of `retried(stop())`
            // a call that is never reached, of which rustc warns.
            Expr::If(_) | Expr::Match(_) | Expr::Try(_) | Expr::Await(_) => self.defer(argument),
            Expr::Cast(cast) if matches!(*cast.expr, Expr::Reference(_)) => {
                self.hand(&mut cast.expr);
            }
            Expr::Macro(mac) => {
                let is_list = self.hand_elements(&mut mac.mac);
                let last = mac.mac.path.segments.last();
                if !is_list && !last.is_some_and(|last| is_named(&last.ident, PRINTED)) {
                    self.defer(argument);
                }
            }
            Expr::Call(call) if is_assumed(call) => self.defer(argument),
            Expr::Call(call) => {
                self.hand_all(call.args.iter_mut());
                if ![CONSTRUCTORS, DIVERGING]
                    .iter()
                    .any(|names| is_one_of(call, names))
                    && !is_holder(call)
                {
                    self.defer(argument);
                }
            }
            Expr::MethodCall(call) if call.method != "assume_idempotent" => {
                if is_named(&call.method, ADAPTERS) {
                    self.adapt(call);
                } else if is_named(&call.method, FOLLOWED) || is_named(&call.method, MAKERS) {
                    self.wrap_receiver(call);
                }
                self.hand_all(call.args.iter_mut());
                self.defer(argument);
            }
            Expr::Struct(made) => {
                self.hand_fields(made);
                self.defer(argument);
            }
            Expr::Path(path) if self.variables.is_watched(path) => {}
            Expr::Path(path) if self.is_variable(path) => self.look_at_variable(argument),
            Expr::Path(path) if self.is_item(path) => self.defer(argument),
            argument @ Expr::Path(_) if is_place(argument) => self.defer(argument),
            _ => {}
        }
    }

    pub(super) fn hand_fields(&mut self, made: &mut ExprStruct) {
        for field in &mut made.fields {
            self.hand(&mut field.expr);
            if let (Expr::Verbatim(_), None) = (&field.expr, &field.colon_token) {
                // `Op { future }`
                field.colon_token = Some(Token![:](Span::mixed_site()));
            }
        }
    }

    /// What a closure that is called later ends in: what it hands on is looked at
    /// here, and what it returns where it is awaited.
    pub(super) fn hand_by_closure(&mut self, body: &mut Expr) {
        match body {
            Expr::Block(block) => {
                if let Some(Stmt::Expr(tail, None)) = block.block.stmts.last_mut() {
                    self.hand_by_closure(tail);
                }
            }
            Expr::Call(call) => self.hand_all(call.args.iter_mut()),
            Expr::MethodCall(call) => self.hand_all(call.args.iter_mut()),
            _ => {}
        }
    }

    pub(super) fn hand_tail(&mut self, block: &mut Block) {
        if let Some(Stmt::Expr(tail, None)) = block.stmts.last_mut() {
            self.hand(tail);
        }
    }

    /// What a call is given that is waited for later, or by somebody else.
    pub(super) fn hand_arguments(&mut self, call: &mut Expr) {
        match call {
            Expr::Call(call) if is_assumed(call) => {}
            Expr::Call(call) if is_one_of(call, SYNCHRONOUS) => self.hand_values(&mut call.args),
            Expr::Call(call) => self.hand_all(call.args.iter_mut()),
            Expr::MethodCall(call) if is_named(&call.method, SYNCHRONOUS) => {
                self.hand_values(&mut call.args);
            }
            Expr::MethodCall(call) => self.hand_all(call.args.iter_mut()),
            _ => {}
        }
    }

    /// All arguments but closures, of a function that awaits nothing of what they return.
    /// They may never return, as those of threads: rustc would warn of a call around that.
    pub(super) fn hand_values(&mut self, arguments: &mut Punctuated<Expr, Token![,]>) {
        let is_closure = |argument: &&mut Expr| matches!(argument, Expr::Closure(_));
        self.hand_all(
            arguments
                .iter_mut()
                .filter(|argument| !is_closure(argument)),
        );
    }

    /// `&op`, `&mut Op { .. }`: lent for the call alone. Of variables only those
    /// that a call or a struct was bound to: most others are no matter.
    fn hand_lent(&mut self, lent: &mut ExprReference) {
        match &*lent.expr {
            Expr::Path(path) if self.variables.is_watched(path) => {}
            Expr::Path(path) if self.may_hold(path) => {
                let (look, variable) = (self.look(&lent.expr), &lent.expr);
                let mutability = &lent.mutability;
                // In a block of its own the variable would be moved: its loan is not.
                *lent.expr = Expr::Verbatim(code!(*{ #look &#mutability #variable }));
            }
            Expr::Path(_) => {}
            _ => self.hand(&mut lent.expr),
        }
    }

    /// What is made where any function is called with it, by a call or by name: a future,
    /// which that function may run, or an operation, which it may send. What is only packed
    /// into something is not handed on.
    pub(super) fn hand_made(&mut self, arguments: &mut Punctuated<Expr, Token![,]>) {
        arguments
            .iter_mut()
            .for_each(|argument| self.hand_one_made(argument));
    }

    pub(super) fn hand_one_made(&mut self, argument: &mut Expr) {
        if has_attributes(argument) {
            return;
        }
        match argument {
            Expr::Reference(lent) if matches!(*lent.expr, Expr::Path(_)) => {
                self.hand_named(argument);
            }
            Expr::Reference(lent) if is_place(&lent.expr) => self.hand_part(argument),
            Expr::Reference(lent) => self.hand_one_made(&mut lent.expr),
            Expr::Paren(inner) => self.hand_one_made(&mut inner.expr),
            Expr::Group(inner) => self.hand_one_made(&mut inner.expr),
            Expr::Struct(_) | Expr::Macro(_) => self.hand(argument),
            Expr::Call(call) if is_holder(call) || is_one_of(call, CONSTRUCTORS) => {
                self.hand_made(&mut call.args);
            }
            Expr::Call(call) if is_constructor(&call.func) => self.hand(argument),
            Expr::Try(_) | Expr::If(_) | Expr::Match(_) if self.caller.is_sync => {
                self.defer(argument);
            }
            call if may_make(call) => {
                if let Expr::MethodCall(call) = call {
                    if is_named(&call.method, ADAPTERS) {
                        self.adapt(call);
                    } else if is_named(&call.method, MAKERS) && !is_plain(&call.receiver) {
                        self.wrap_receiver(call);
                    }
                }
                self.defer(call);
            }
            name => self.hand_named(name),
        }
    }

    /// `op`, `&op`: looked at where it is bound, if that is plain to see. `&*op`, `op.iter()`:
    /// so is what that leads to.
    fn hand_named(&mut self, argument: &mut Expr) {
        let path = match &mut *argument {
            Expr::Reference(lent) => &mut *lent.expr,
            other => other,
        };
        let Expr::Path(path) = path else {
            return self.hand_part(argument);
        };
        let is_called = self.variables.is_called(path) || self.variables.is_list(path);
        let is_made = self.variables.is_made(path) || self.variables.is_holder(path);
        if is_made || is_called && (self.caller.is_sync || !self.variables.watch(path)) {
            self.hand(argument);
        } else if self.caller.is_sync && is_item(path) {
            self.defer(argument);
        }
    }

    /// Whether a variable may be an operation, or have one in it.
    fn may_hold(&self, path: &ExprPath) -> bool {
        self.variables.is_made(path)
            || self.variables.is_holder(path)
            || self.variables.is_called(path)
            || self.variables.is_list(path)
    }

    /// A part of what is made in the body: `ops[0]`, `two.0`, `ops.pop().unwrap()`.
    fn hand_part(&mut self, argument: &mut Expr) {
        match root_of(argument) {
            Some(root) if self.variables.is_holder(root) || self.variables.is_made(root) => {
                self.defer(argument);
            }
            // A field or a method's value is another matter.
            Some(root) if self.caller.is_sync && self.variables.is_called(root) => {
                let place = match &*argument {
                    Expr::Reference(lent) => &lent.expr,
                    other => other,
                };
                if let Expr::Unary(_) | Expr::Index(_) = place {
                    self.defer(argument);
                }
            }
            Some(_) => {}
            None => {
                if let Expr::Unary(unary) = argument {
                    self.hand_one_made(&mut unary.expr);
                }
            }
        }
    }

    /// A pointer that may become one to a `dyn`, whose type says nothing.
    pub(super) fn look_at_pointer(&mut self, pointer: &Expr) {
        match pointer {
            Expr::Path(path) if self.variables.is_pointer(path) => self.look_at_receiver(path),
            _ => {}
        }
    }

    /// Puts the looks before an expression, whose temporaries live on.
    pub(super) fn look_before(&mut self, expr: &mut Expr) {
        let looks = mem::take(&mut self.looks_before);
        if !looks.is_empty() {
            let rt = self.caller.rt;
            *expr = Expr::Verbatim(code!(#rt::looked({ #looks }, #expr)));
        }
    }

    /// `retried(expr)`.
    pub(super) fn defer(&mut self, expr: &mut Expr) {
        self.check_by("retried", expr);
    }

    /// `made(expr)`: of a future whoever awaits it is told.
    pub(super) fn check_operation(&mut self, expr: &mut Expr) {
        self.check_by("made", expr);
    }

    fn check_by(&mut self, function: &str, expr: &mut Expr) {
        let span = SpanRange::at(call_span(expr));
        let function = self.checked(function);
        let given = span.call(self.caller.rt, &function, None, expr.to_token_stream());
        *expr = Expr::Verbatim(given);
        self.found = true;
    }

    /// A variable is named once more, so that it can be lent anew.
    fn look_at_variable(&mut self, variable: &mut Expr) {
        let look = self.look(variable);
        let span = SpanRange::of(variable);
        *variable = Expr::Verbatim(quote_spanned!(span.first()=> { #look #variable }));
    }

    /// `look_at(&variable);`
    pub(super) fn look(&mut self, variable: &impl ToTokens) -> TokenStream {
        self.found = true;
        let span = SpanRange::of(variable);
        let lent = span.ours(code!(&));
        let call = span.call(
            self.caller.rt,
            &self.checked("look_at"),
            None,
            code!(#lent #variable),
        );
        code!(#call;)
    }

    /// With a key other operations may run twice.
    fn checked(&self, function: &str) -> String {
        if self.caller.has_key {
            format!("{function}_with_key")
        } else {
            function.to_owned()
        }
    }

    /// A variable that the body binds. The function's arguments have been looked
    /// at already.
    fn is_variable(&self, path: &ExprPath) -> bool {
        let name = path.path.get_ident();
        name.is_some_and(|name| self.variables.is_bound(name))
    }

    /// The same, or one of the arguments.
    pub(super) fn is_local(&self, path: &ExprPath) -> bool {
        let name = path.path.get_ident();
        self.is_variable(path)
            || name.is_some_and(|name| self.caller.parameters.contains(&name.unraw()))
    }

    /// A function, or a unit struct. A variable would be moved where it was lent
    /// anew, and constants are neither.
    fn is_item(&self, path: &ExprPath) -> bool {
        let is_variable = path.path.get_ident().is_some_and(|name| {
            name == "self"
                || self.variables.is_unknown(name)
                || self.caller.parameters.contains(&name.unraw())
        });
        let last = path.path.segments.last();
        let is_constant =
            last.is_none_or(|last| !word_of(&last.ident).contains(char::is_lowercase));
        !is_variable && !is_constant
    }
}

/// A unit struct, a variant, a constant: in a synchronous function it may be what is sent.
fn is_item(path: &ExprPath) -> bool {
    is_unit(path) || is_place(&Expr::Path(path.clone()))
}

/// The variable that a place is a part of, or that methods are called on.
fn root_of(place: &Expr) -> Option<&ExprPath> {
    match place {
        Expr::Path(path) => Some(path),
        Expr::Reference(lent) => root_of(&lent.expr),
        Expr::Paren(inner) => root_of(&inner.expr),
        Expr::Unary(unary) => root_of(&unary.expr),
        Expr::Index(index) => root_of(&index.expr),
        Expr::Field(field) => root_of(&field.base),
        Expr::MethodCall(call) => root_of(&call.receiver),
        _ => None,
    }
}

/// Whether a call may make a future or an operation.
fn may_make(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) if is_one_of(call, DIVERGING) => false,
        Expr::MethodCall(call) if call.method == "assume_idempotent" => false,
        _ => is_call(expr) && !is_inferred(expr) && !is_plain(expr),
    }
}
