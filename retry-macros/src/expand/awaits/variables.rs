//! The variables of a body, as far as their bindings are plain to see.

use super::Awaits;
use super::macros::AWAITING;
use super::names::{RUNNERS, SPAWNERS, is_constructor, is_inferred, is_named, is_one_of, is_plain};
use crate::syntax::attributes::cfgs_of;
use crate::syntax::tokens::code;
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{
    Expr, ExprAwait, ExprCall, ExprClosure, ExprMethodCall, ExprPath, Item, Local, Macro, Pat,
    PatIdent, Stmt,
};

#[derive(Default)]
pub(super) struct Variables {
    /// How often a name is bound.
    bound: HashMap<Ident, u32>,
    /// Named in macros, which may bind them.
    in_macros: HashSet<Ident>,
    /// Parameters of closures without a type.
    untyped: HashSet<Ident>,
    /// Bound to a struct that is made there, or not where they are declared.
    made: HashSet<Ident>,
    /// Bound to what a function returns, directly or in a branch.
    called: HashSet<Ident>,
    /// Awaited by their names alone, or given to what awaits them.
    awaited: HashSet<Ident>,
    /// Handed to calls, or a part of them is.
    handed: HashSet<Ident>,
    /// To be looked at where they are bound.
    watched: HashSet<Ident>,
}

impl Variables {
    pub(super) fn of(stmts: &[Stmt]) -> Self {
        let mut variables = Self::default();
        for stmt in stmts {
            variables.visit_stmt(stmt);
        }
        variables
    }

    /// Whether it is bound in the body.
    pub(super) fn is_bound(&self, name: &Ident) -> bool {
        self.bound.contains_key(&name.unraw())
    }

    /// Whether a macro may have bound it.
    pub(super) fn is_unknown(&self, name: &Ident) -> bool {
        self.in_macros.contains(&name.unraw())
    }

    /// Whether its type may be known only after it is used.
    pub(super) fn is_untyped(&self, path: &ExprPath) -> bool {
        name_of(path).is_some_and(|name| self.untyped.contains(&name))
    }

    /// Whether it is a struct that is made in the body.
    pub(super) fn is_made(&self, path: &ExprPath) -> bool {
        name_of(path).is_some_and(|name| self.made.contains(&name))
    }

    /// Whether it is what a function returned.
    pub(super) fn is_called(&self, path: &ExprPath) -> bool {
        name_of(path).is_some_and(|name| self.called.contains(&name))
    }

    /// Whether what is bound here is awaited somewhere.
    pub(super) fn is_awaited(&self, local: &Local) -> bool {
        name_of_local(local).is_some_and(|name| self.awaited.contains(&name))
    }

    /// Whether what is bound here is handed to a call.
    pub(super) fn is_handed(&self, local: &Local) -> bool {
        name_of_local(local).is_some_and(|name| self.handed.contains(&name))
    }

    /// Whether it is looked at where it is bound.
    pub(super) fn is_watched(&self, path: &ExprPath) -> bool {
        name_of(path).is_some_and(|name| self.watched.contains(&name))
    }

    /// It turns into a future of which the type says nothing.
    pub(super) fn watch(&mut self, path: &ExprPath) {
        let name = name_of(path).filter(|name| self.bound.get(name) == Some(&1));
        self.watched.extend(name);
    }
}

/// All names among tokens, at any depth.
fn names_in(tokens: &TokenStream, names: &mut HashSet<Ident>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(name) => _ = names.insert(name.unraw()),
            TokenTree::Group(group) => names_in(&group.stream(), names),
            _ => {}
        }
    }
}

impl Variables {
    fn hand<'e>(&mut self, arguments: impl Iterator<Item = &'e Expr>, by_runner: bool) {
        for argument in arguments {
            let mut part = argument;
            while let Expr::Reference(syn::ExprReference { expr, .. })
            | Expr::Field(syn::ExprField { base: expr, .. }) = part
            {
                part = expr;
            }
            if let Expr::Path(path) = part {
                let name = name_of(path);
                if by_runner {
                    self.awaited.extend(name.clone());
                }
                self.handed.extend(name);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Variables {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if !is_constructor(&call.func) {
            self.hand(call.args.iter(), is_one_of(call, RUNNERS));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.hand(call.args.iter(), is_named(&call.method, SPAWNERS));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        *self.bound.entry(pat.ident.unraw()).or_default() += 1;
        visit::visit_pat_ident(self, pat);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        names_in(&mac.tokens, &mut self.in_macros);
        let last = mac.path.segments.last();
        if last.is_some_and(|last| is_named(&last.ident, AWAITING)) {
            names_in(&mac.tokens, &mut self.awaited);
        }
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        let untyped = closure.inputs.iter().filter_map(|input| match input {
            Pat::Ident(pat) => Some(pat.ident.unraw()),
            _ => None,
        });
        self.untyped.extend(untyped);
        visit::visit_expr_closure(self, closure);
    }

    fn visit_expr_await(&mut self, awaited: &'ast ExprAwait) {
        if let Expr::Path(path) = &*awaited.base {
            self.awaited.extend(name_of(path));
        }
        visit::visit_expr_await(self, awaited);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        let init = local.init.as_ref().map(|init| &*init.expr);
        match (name_of_local(local), init) {
            // What is bound later may be anything.
            (Some(name), Some(Expr::Struct(_)) | None) => _ = self.made.insert(name),
            (Some(name), Some(init)) if may_be_made(init) => _ = self.called.insert(name),
            _ => {}
        }
        visit::visit_local(self, local);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

impl Awaits<'_> {
    /// Looks at the variables that were found to turn into futures, behind the
    /// statements that bind them.
    pub(super) fn look_after_lets(&mut self, stmts: &mut Vec<Stmt>) {
        let mut at = 0;
        while at < stmts.len() {
            let watched = match &stmts[at] {
                Stmt::Local(local) if local.init.is_some() => {
                    name_of_local(local).filter(|name| self.variables.watched.remove(name))
                }
                _ => None,
            };
            at += 1;
            if let (Some(_), Stmt::Local(local)) = (watched, &stmts[at - 1]) {
                let (cfgs, look) = (cfgs_of(&local.attrs), self.look(&binding(&local.pat)));
                let look = code!(#cfgs #look);
                stmts.insert(at, Stmt::Expr(Expr::Verbatim(look), None));
                at += 1;
            }
        }
    }
}

/// Whether the value of an expression may be an operation or a future that is made there.
fn may_be_made(init: &Expr) -> bool {
    match init {
        Expr::MethodCall(_) => !is_inferred(init) && !is_plain(init),
        Expr::Call(_)
        | Expr::Await(_)
        | Expr::Try(_)
        | Expr::If(_)
        | Expr::Match(_)
        | Expr::Block(_) => true,
        Expr::Reference(lent) => matches!(*lent.expr, Expr::Struct(_)) || may_be_made(&lent.expr),
        _ => false,
    }
}

fn name_of(path: &ExprPath) -> Option<Ident> {
    path.path.get_ident().map(IdentExt::unraw)
}

pub(super) fn name_of_local(local: &Local) -> Option<Ident> {
    binding(&local.pat).map(IdentExt::unraw)
}

/// The one name that a pattern is.
fn binding(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
        Pat::Type(typed) => binding(&typed.pat),
        _ => None,
    }
}
