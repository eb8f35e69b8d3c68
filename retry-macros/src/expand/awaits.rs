//! Checks what a body awaits: every operand is passed through `Operand(..).__pass()`,
//! which does not compile for a `NonIdempotent`.
//!
//! ```text
//! self.get(id).await  →  ((Operand)(self.get(id)).__pass()).await
//! ```
//!
//! The runtime sees the operand's type, and looks into types that wrap a future. Where
//! the type is lost before the `.await`, the calls are found by syntax: in `spawn(..)`,
//! before `.boxed()`, in `join!`. What is handed to an awaited call is checked as well,
//! see `handed`.

pub(super) mod before;
mod handed;
pub(super) mod looks;
mod macros;
mod names;
mod receivers;
#[cfg(test)]
mod tests;
mod variables;

use self::looks::{Value, is_assumed};
use self::names::{
    ADAPTERS, FOLLOWED, LIMITS, MAKERS, RUNNERS, RUNNERS_OF_MANY, SPAWNERS, STREAMS, WRAPPERS,
    call_span, is_adapter, is_call, is_constructor, is_inferred, is_named, is_of_a_library,
    is_one_of,
};
use self::variables::Variables;
use crate::syntax::signature;
use crate::syntax::span_range::{SpanRange, between_users};
use crate::syntax::tokens::code;
use crate::syntax::words::Words;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use std::mem;
use syn::parse::Parser;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprAwait, ExprConst, ExprGroup, ExprMethodCall, ExprParen, ExprRepeat,
    GenericArgument, Item, Local, Macro, Pat, Stmt, Type,
};

/// The function whose body is looked at.
#[derive(Clone, Copy)]
pub(super) struct Caller<'a> {
    /// The runtime's name in the body.
    pub(super) rt: &'a Ident,
    /// The names of its arguments.
    pub(super) parameters: &'a [Ident],
    /// Whether its attempts share a key.
    pub(super) has_key: bool,
    /// Whether it awaits nothing.
    pub(super) is_sync: bool,
    /// Whether it is only declared `#[idempotent]`, and not retried.
    pub(super) is_declared: bool,
}

/// Rewrites a body. `None` for one that is not Rust yet, or in which there is
/// nothing to look at: it stays as it is.
pub(super) fn checked(
    body: &TokenStream,
    words: &Words,
    caller: Caller<'_>,
) -> Option<TokenStream> {
    let mut stmts = Block::parse_within.parse2(body.clone()).ok()?;
    let mut visitor = Awaits::of(words, &stmts, caller);
    visitor.tail = Value::Ends;
    visitor.visit_stmts(&mut stmts);
    visitor.found.then(|| code!(#(#stmts)*))
}

/// The same of a function that returns a future, and may end in a call that makes it.
pub(super) fn checked_future(
    body: &TokenStream,
    words: &Words,
    caller: Caller<'_>,
) -> Option<TokenStream> {
    let mut stmts = Block::parse_within.parse2(body.clone()).ok()?;
    let mut visitor = Awaits::of(words, &stmts, caller);
    visitor.visit_stmts(&mut stmts);
    if let Some(Stmt::Expr(tail, None)) = stmts.last_mut() {
        if is_call(tail) {
            visitor.wrap(tail);
        }
    }
    visitor.found.then(|| code!(#(#stmts)*))
}

struct Awaits<'a> {
    caller: Caller<'a>,
    /// Whether anything was rewritten.
    found: bool,
    variables: Variables,
    /// Whether the body makes a stream or a set of futures.
    has_streams: bool,
    /// What becomes of the expression that is visited next.
    value: Value,
    /// What becomes of what the block ends in that is visited.
    tail: Value,
    /// Looks at variables that have to stand before the macro that is visited.
    looks: TokenStream,
    /// The same of the expression that is visited.
    looks_before: TokenStream,
}

impl<'a> Awaits<'a> {
    fn of(words: &Words, stmts: &[Stmt], caller: Caller<'a>) -> Self {
        Self {
            caller,
            found: false,
            variables: Variables::of(stmts, caller.is_sync),
            has_streams: words.contain_any(STREAMS),
            value: Value::Unknown,
            tail: Value::Unknown,
            looks: TokenStream::new(),
            looks_before: TokenStream::new(),
        }
    }

    fn visit_stmts(&mut self, stmts: &mut Vec<Stmt>) {
        let last = stmts.len().wrapping_sub(1);
        for (at, stmt) in stmts.iter_mut().enumerate() {
            self.value = match stmt {
                Stmt::Expr(_, None) if at == last => self.tail,
                Stmt::Expr(..) => Value::Ends,
                _ => Value::Unknown,
            };
            self.visit_stmt_mut(stmt);
        }
        self.look_after_lets(stmts);
    }

    /// Wraps an operand, and the calls that it is made from by methods.
    fn wrap(&mut self, operand: &mut Expr) {
        peel(operand);
        if let Expr::Block(block) = operand {
            if let [Stmt::Expr(tail, None)] = &mut block.block.stmts[..] {
                return self.wrap(tail);
            }
        }
        match operand {
            Expr::MethodCall(call) => {
                self.wrap_receiver(call);
                if is_named(&call.method, FOLLOWED) {
                    call.args.iter_mut().for_each(|arg| self.wrap_tail(arg));
                }
                self.hand_all(call.args.iter_mut());
            }
            Expr::Call(call) if is_assumed(call) => {}
            Expr::Call(call) => self.hand_all(call.args.iter_mut()),
            // Of a type that may be known later: in the eager way that would
            // have to be written down.
            Expr::Path(path) if self.variables.is_untyped(path) => return self.hand(operand),
            _ => {}
        }
        self.look_before(operand);
        let wrapper = if self.caller.is_declared {
            "OperandOfIdempotent"
        } else {
            "Operand"
        };
        self.pass(wrapper, operand);
    }

    /// Wraps the call that a closure ends in.
    fn wrap_tail(&mut self, argument: &mut Expr) {
        let Expr::Closure(closure) = argument else {
            return;
        };
        let mut tail = &mut *closure.body;
        while let Expr::Block(block) = tail {
            match block.block.stmts.last_mut() {
                Some(Stmt::Expr(last, None)) => tail = last,
                _ => return,
            }
        }
        if is_call(tail) && !is_inferred(tail) {
            self.wrap(tail);
        }
    }

    /// `Operand(operand).__pass()`.
    fn pass(&mut self, wrapper: &str, operand: &mut Expr) {
        let span = SpanRange::at(call_span(operand));
        let given = span.call(self.caller.rt, wrapper, None, operand.to_token_stream());
        *operand = Expr::Verbatim(quote_spanned!(span.first()=> #given.__pass()));
        self.found = true;
    }

    /// What rustc says of the whole expression, up to its `.await` or its `?`, points at the
    /// user's code where what is awaited begins and ends with tokens of the user's.
    fn wrap_awaited(&mut self, awaited: &mut ExprAwait) {
        let operand = awaited.base.to_token_stream();
        self.wrap(&mut awaited.base);
        if let Expr::Verbatim(wrapped) = &mut *awaited.base {
            *wrapped = between_users(mem::take(wrapped), operand);
        }
    }

    /// Wraps what is iterated over. A variable is looked at and stays where it
    /// is: functions of other libraries go by the same names, and one that is
    /// lent would be moved.
    fn wrap_many(&mut self, argument: &mut Expr) {
        peel(argument);
        match argument {
            Expr::Path(_) | Expr::Field(_) => {
                let span = SpanRange::of(argument);
                let given = span.call(self.caller.rt, "operands_of", None, code!(&#argument));
                *argument =
                    Expr::Verbatim(quote_spanned!(span.first()=> { #given.__pass(); #argument }));
                self.found = true;
            }
            Expr::Array(_) | Expr::Call(_) | Expr::Macro(_) | Expr::MethodCall(_)
                if !is_inferred(argument) =>
            {
                self.pass("Operands", argument);
            }
            _ => {}
        }
    }

    /// Wraps the direct calls among the arguments.
    fn wrap_calls<'e>(&mut self, arguments: impl Iterator<Item = &'e mut Expr>) {
        for argument in arguments {
            peel(argument);
            if is_call(argument) && !is_inferred(argument) {
                self.wrap(argument);
            }
        }
    }

    /// A function that is called, by its name. What an awaited one is given is looked at
    /// more closely by [`wrap`](Self::wrap).
    fn visit_called(&mut self, call: &mut syn::ExprCall, value: Value) {
        if is_assumed(call) {
            return;
        }
        if is_one_of(call, RUNNERS_OF_MANY) && call.args.len() == 1 {
            return call.args.iter_mut().for_each(|arg| self.wrap_many(arg));
        }
        if is_one_of(call, RUNNERS) && is_of_a_library(call) || is_adapter(call) {
            self.wrap_calls(call.args.iter_mut());
        }
        if is_one_of(call, LIMITS) {
            for argument in &mut call.args {
                if let Expr::MethodCall(call) = argument {
                    self.wrap_receiver(call);
                }
            }
        }
        if [RUNNERS, LIMITS, WRAPPERS]
            .iter()
            .any(|names| is_one_of(call, names))
        {
            self.hand_values(&mut call.args);
        }
        if value != Value::Awaited && !is_constructor(&call.func) {
            self.hand_made_to_function(call, value);
        }
    }

    /// A method that is called, by its name.
    fn visit_method(&mut self, call: &mut ExprMethodCall, value: Value) {
        if is_named(&call.method, SPAWNERS) {
            self.wrap_calls(call.args.iter_mut());
            self.hand_values(&mut call.args);
        }
        if is_named(&call.method, ADAPTERS) {
            if value == Value::Awaited {
                self.wrap_receiver(call);
            } else {
                self.adapt(call);
            }
        }
        if self.has_streams && is_named(&call.method, MAKERS) {
            self.hand_all(call.args.iter_mut());
        }
        if value != Value::Awaited {
            self.hand_made_to_method(call, value);
        }
    }
}

impl VisitMut for Awaits<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let value = mem::take(&mut self.value);
        self.visit_parts(expr, value);
        match expr {
            Expr::Await(awaited) => self.wrap_awaited(awaited),
            Expr::Call(call) => self.visit_called(call, value),
            Expr::MethodCall(call) => self.visit_method(call, value),
            Expr::Cast(cast) if !signature::is_plain(&cast.ty) => self.look_at_pointer(&cast.expr),
            Expr::Assign(assign) => self.look_at_pointer(&assign.right),
            Expr::Macro(_) => {
                let looks = mem::take(&mut self.looks);
                if !looks.is_empty() {
                    *expr = Expr::Verbatim(code!({ #looks #expr }));
                }
            }
            _ => {}
        }
        self.look_before(expr);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, stmt);
        match stmt {
            Stmt::Macro(_) => {
                let looks = mem::take(&mut self.looks);
                if !looks.is_empty() {
                    *stmt = Stmt::Expr(Expr::Verbatim(code!({ #looks #stmt })), None);
                }
            }
            Stmt::Expr(call, Some(_)) if self.is_look_alone(call) => {}
            // `launch(charge());`: what is not waited for runs somewhere else.
            Stmt::Expr(call, Some(_)) => {
                self.hand_arguments(call);
                self.look_before(call);
            }
            _ => {}
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.visit_stmts(&mut block.stmts);
    }

    /// `let m = call().map(..); m.await`: the type of `m` says nothing.
    fn visit_local_mut(&mut self, local: &mut Local) {
        let is_awaited = self.variables.is_awaited(local);
        let is_handed = self.variables.is_handed(local);
        self.value = self.value_of_local(local);
        visit_mut::visit_local_mut(self, local);
        let Some(init) = &mut local.init else { return };
        if let Pat::Type(_) = &local.pat {
            self.look_at_pointer(&init.expr);
        }
        match &mut *init.expr {
            Expr::Struct(made) if is_handed => self.hand_fields(made),
            Expr::Closure(closure) => self.hand_by_closure(&mut closure.body),
            call if is_awaited => {
                if let Expr::MethodCall(call) = call {
                    self.wrap_receiver(call);
                }
                self.hand_arguments(call);
            }
            _ => {}
        }
        self.look_before(&mut init.expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.rewrite_macro(mac);
    }

    /// Functions inside the body are functions of their own.
    fn visit_item_mut(&mut self, _: &mut Item) {}

    /// What the compiler evaluates calls nothing, and cannot call the checks.
    fn visit_expr_const_mut(&mut self, _: &mut ExprConst) {}

    fn visit_expr_repeat_mut(&mut self, repeat: &mut ExprRepeat) {
        self.visit_expr_mut(&mut repeat.expr);
    }

    fn visit_type_mut(&mut self, _: &mut Type) {}

    fn visit_generic_argument_mut(&mut self, _: &mut GenericArgument) {}
}

/// Parentheses, the invisible ones of a macro's fragments too: around an
/// argument they would be unused.
fn peel(expr: &mut Expr) {
    while let Expr::Paren(ExprParen { expr: inner, .. })
    | Expr::Group(ExprGroup { expr: inner, .. }) = expr
    {
        *expr = (**inner).clone();
    }
}
