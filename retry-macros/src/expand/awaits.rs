//! Checks what a body awaits: every operand is passed through `Operand(..).__pass()`,
//! which does not compile for a `NonIdempotent`.
//!
//! ```text
//! self.get(id).await  →  Operand(self.get(id)).__pass().await
//! ```
//!
//! The runtime sees the operand's type, and looks into types that wrap a future. Where
//! the type is lost before the `.await`, the calls are found by syntax: in `spawn(..)`,
//! before `.boxed()`, in `join!`.

mod macros;

use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{self, code};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprCall, ExprGroup, ExprMethodCall, ExprParen, Item, Macro, Stmt};

/// Rewrites a body. `None` for one that is not Rust yet, or that awaits
/// nothing: it stays as it is.
pub(super) fn checked(body: &TokenStream, rt: &Ident) -> Option<TokenStream> {
    if !mentions_future(body) {
        return None;
    }
    let mut stmts = Block::parse_within.parse2(body.clone()).ok()?;
    let mut visitor = Awaits { rt, found: false };
    for stmt in &mut stmts {
        visitor.visit_stmt_mut(stmt);
    }
    visitor.found.then(|| code!(#(#stmts)*))
}

fn mentions_future(body: &TokenStream) -> bool {
    const WORDS: &[&str] = &["await", "join_biased", "select_biased"];
    [WORDS, ADAPTERS, RUNNERS, RUNNERS_OF_MANY, SPAWNERS]
        .iter()
        .flat_map(|words| words.iter())
        .any(|word| tokens::contains(body.clone(), word))
}

struct Awaits<'a> {
    rt: &'a Ident,
    found: bool,
}

/// Methods of futures that make others, so that the type is lost, or is one that
/// the runtime does not know. They are looked for wherever they stand; before an
/// `.await` so is every other method.
const ADAPTERS: &[&str] = &[
    "boxed",
    "boxed_local",
    "catch_unwind",
    "err_into",
    "in_current_span",
    "instrument",
    "left_future",
    "map_ok",
    "map_ok_or_else",
    "never_error",
    "now_or_never",
    "ok_into",
    "remote_handle",
    "right_future",
    "shared",
    "try_flatten",
    "unit_error",
    "with_current_subscriber",
    "with_subscriber",
];

/// Methods whose closure makes the future that comes next.
const FOLLOWED: &[&str] = &["and_then", "or_else", "then"];

/// Functions that take a future and run it: as a task of its own, or together
/// with others.
const RUNNERS: &[&str] = &[
    "abortable",
    "block_on",
    "cooperative",
    "join",
    "join3",
    "join4",
    "join5",
    "select",
    "spawn",
    "spawn_local",
    "try_join",
    "try_join3",
    "try_join4",
    "try_join5",
    "try_select",
    "unconstrained",
];

/// Functions whose futures show the type of the one inside, unless a method has
/// hidden it.
const LIMITS: &[&str] = &["timeout", "timeout_at"];

/// Functions that take futures as something to iterate over.
const RUNNERS_OF_MANY: &[&str] = &["join_all", "select_all", "select_ok", "try_join_all"];

/// Methods of runtimes and sets of tasks that take a future and run it.
const SPAWNERS: &[&str] = &[
    "block_on",
    "run_until",
    "spawn",
    "spawn_local",
    "spawn_local_on",
    "spawn_on",
];

impl Awaits<'_> {
    /// Wraps an operand, and the calls that it is made from by methods.
    fn wrap(&mut self, operand: &mut Expr) {
        peel(operand);
        if let Expr::Block(block) = operand {
            if let [Stmt::Expr(tail, None)] = &mut block.block.stmts[..] {
                return self.wrap(tail);
            }
        }
        if let Expr::MethodCall(call) = operand {
            self.wrap_receiver(call);
            if is_named(&call.method, FOLLOWED) {
                call.args.iter_mut().for_each(|arg| self.wrap_tail(arg));
            }
        }
        self.pass("Operand", operand);
    }

    /// Wraps what a method is called on, if that is a call. Its type is known
    /// there, so that nothing is left to infer.
    fn wrap_receiver(&mut self, call: &mut ExprMethodCall) {
        peel(&mut call.receiver);
        if is_call(&call.receiver) && call.method != "assume_idempotent" {
            self.wrap(&mut call.receiver);
        }
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
        let given = span.call(self.rt, wrapper, None, operand.to_token_stream());
        *operand = Expr::Verbatim(quote_spanned!(span.first()=> #given.__pass()));
        self.found = true;
    }

    /// Wraps what is iterated over. A variable is looked at and stays where it
    /// is: functions of other libraries go by the same names, and one that is
    /// lent would be moved.
    fn wrap_many(&mut self, argument: &mut Expr) {
        peel(argument);
        match argument {
            Expr::Path(_) | Expr::Field(_) => {
                let span = SpanRange::of(argument);
                let given = span.call(self.rt, "operands_of", None, code!(&#argument));
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
}

impl VisitMut for Awaits<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Await(awaited) => self.wrap(&mut awaited.base),
            Expr::Call(call) if is_one_of(call, RUNNERS) || is_adapter(call) => {
                self.wrap_calls(call.args.iter_mut());
            }
            Expr::Call(call) if is_one_of(call, LIMITS) => {
                for argument in &mut call.args {
                    if let Expr::MethodCall(call) = argument {
                        self.wrap_receiver(call);
                    }
                }
            }
            Expr::Call(call) if is_one_of(call, RUNNERS_OF_MANY) && call.args.len() == 1 => {
                call.args.iter_mut().for_each(|arg| self.wrap_many(arg));
            }
            Expr::MethodCall(call) if is_named(&call.method, SPAWNERS) => {
                self.wrap_calls(call.args.iter_mut());
            }
            Expr::MethodCall(call) if is_named(&call.method, ADAPTERS) => {
                self.wrap_receiver(call);
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.rewrite_macro(mac);
    }

    /// Functions inside the body are functions of their own.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

fn is_call(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(_) | Expr::MethodCall(_))
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

/// Whether what a call returns is inferred from where it goes: that is no future,
/// and wrapped it could not be inferred. Nor could the parameters of a closure in
/// a `Box::new(|x| ..)`.
fn is_inferred(expr: &Expr) -> bool {
    const INFERRED: &[&str] = &[
        "collect",
        "default",
        "expect",
        "into",
        "parse",
        "product",
        "sum",
        "try_into",
        "unwrap",
        "unwrap_or_default",
    ];
    match expr {
        Expr::MethodCall(call) => is_named(&call.method, INFERRED),
        Expr::Call(call) if is_one_of(call, &["new"]) => {
            call.args.iter().any(|arg| matches!(arg, Expr::Closure(_)))
        }
        Expr::Call(call) => is_one_of(call, INFERRED),
        _ => false,
    }
}

/// `FutureExt::map(..)`: an adapter by its path.
fn is_adapter(call: &ExprCall) -> bool {
    let Expr::Path(path) = &*call.func else {
        return false;
    };
    let mut segments = path.path.segments.iter().rev().skip(1);
    segments.next().is_some_and(|parent| {
        let parent = parent.ident.to_string();
        parent.ends_with("FutureExt") || parent == "Instrument" || parent == "WithSubscriber"
    })
}

fn is_named(method: &Ident, names: &[&str]) -> bool {
    names.iter().any(|name| method == name)
}

/// Whether a function of one of these names is called, under whatever path.
fn is_one_of(call: &ExprCall, names: &[&str]) -> bool {
    match &*call.func {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| is_named(&last.ident, names)),
        _ => false,
    }
}

/// The word that a call goes by, for errors to point at.
fn call_span(expr: &Expr) -> Span {
    match expr {
        Expr::MethodCall(call) => call.method.span(),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path
                .path
                .segments
                .last()
                .map_or_else(|| path.span(), |last| last.ident.span()),
            other => call_span(other),
        },
        Expr::Paren(expr) => call_span(&expr.expr),
        Expr::Group(expr) => call_span(&expr.expr),
        Expr::Reference(expr) => call_span(&expr.expr),
        // The tail of a function is evaluated in a block of its own.
        Expr::Block(expr) => match &expr.block.stmts[..] {
            [Stmt::Expr(tail, None)] => call_span(tail),
            _ => expr.span(),
        },
        other => other.span(),
    }
}
