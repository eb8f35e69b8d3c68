//! The variables of a body, as far as their bindings are plain to see.

mod origin;

use super::Awaits;
use super::macros::AWAITING;
use super::names::{RUNNERS, SPAWNERS, is_constructor, is_named, is_one_of};
use crate::syntax::attributes::cfgs_of;
use crate::syntax::tokens::code;
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{
    Expr, ExprAwait, ExprCall, ExprClosure, ExprForLoop, ExprLet, ExprMatch, ExprMethodCall,
    ExprPath, Item, Local, Macro, Pat, PatIdent, Stmt,
};

#[derive(Default)]
pub(super) struct Variables {
    /// Whether the function awaits nothing.
    is_sync: bool,
    /// How often a name is bound.
    bound: HashMap<Ident, u32>,
    /// Named in macros, which may bind them.
    in_macros: HashSet<Ident>,
    /// Parameters of closures without a type.
    untyped: HashSet<Ident>,
    /// Bound to a struct that is made there or a part of one, or not where they are
    /// declared.
    made: HashSet<Ident>,
    /// Bound to a `Vec` that is made there.
    lists: HashSet<Ident>,
    /// Bound to what has a struct in it that is made there: a list, a tuple, an `Option`.
    holders: HashSet<Ident>,
    /// Bound to a pointer that may become one to a `dyn`.
    pointers: HashSet<Ident>,
    /// Bound by a `let` to a value, by their names alone.
    lets: HashSet<Ident>,
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
    pub(super) fn of(stmts: &[Stmt], is_sync: bool) -> Self {
        let mut variables = Self {
            is_sync,
            ..Self::default()
        };
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

    /// The same of what is bound here.
    pub(super) fn is_unknown_local(&self, local: &Local) -> bool {
        name_of_local(local).is_none_or(|name| self.in_macros.contains(&name))
    }

    /// Whether it is a list that is made in the body.
    pub(super) fn is_list(&self, path: &ExprPath) -> bool {
        name_of(path).is_some_and(|name| self.lists.contains(&name))
    }

    /// Whether there is something in it that is made in the body.
    pub(super) fn is_holder(&self, path: &ExprPath) -> bool {
        name_of(path).is_some_and(|name| self.holders.contains(&name))
    }

    /// Whether it is a pointer to what is made in the body.
    pub(super) fn is_pointer(&self, path: &ExprPath) -> bool {
        name_of(path).is_some_and(|name| self.pointers.contains(&name))
    }

    /// Whether a list that is made in the body is filled: it is looked at where it is
    /// handed on.
    pub(super) fn is_filled(&self, call: &ExprMethodCall) -> bool {
        const METHODS: &[&str] = &["insert", "push"];
        let Expr::Path(list) = &*call.receiver else {
            return false;
        };
        is_named(&call.method, METHODS) && self.is_list(list)
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

    /// It turns into a future of which the type says nothing, or may send itself: it is
    /// looked at behind the `let` that binds it. Whether that is done: a name that is bound
    /// in another way, or twice, has to be looked at where it is used.
    #[must_use]
    pub(super) fn watch(&mut self, path: &ExprPath) -> bool {
        let Some(name) = name_of(path).filter(|name| self.bound.contains_key(name)) else {
            return true;
        };
        if self.bound[&name] == 1 && self.lets.contains(&name) {
            self.watched.insert(name);
            return true;
        }
        let is_called = self.called.contains(&name) && self.lets.contains(&name);
        !(is_called || self.made.contains(&name))
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
        self.bind_parameters(call);
        self.fill(call);
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
            (Some(name), None) => _ = self.made.insert(name),
            (Some(name), Some(init)) => self.bind_local(name, local, init),
            (None, Some(init)) => self.bind(&local.pat, self.origin_of_part(init)),
            (None, None) => {}
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_for_loop(&mut self, each: &'ast ExprForLoop) {
        self.bind(&each.pat, self.origin_of_part(&each.expr));
        visit::visit_expr_for_loop(self, each);
    }

    fn visit_expr_let(&mut self, bound: &'ast ExprLet) {
        self.bind(&bound.pat, self.origin_of_part(&bound.expr));
        visit::visit_expr_let(self, bound);
    }

    fn visit_expr_match(&mut self, matched: &'ast ExprMatch) {
        let origin = self.origin_of_part(&matched.expr);
        for arm in &matched.arms {
            self.bind(&arm.pat, origin);
        }
        visit::visit_expr_match(self, matched);
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
                Stmt::Local(local) => {
                    name_of_local(local).filter(|name| self.variables.watched.remove(name))
                }
                _ => None,
            };
            at += 1;
            if let (Some(_), Stmt::Local(local)) = (watched, &stmts[at - 1]) {
                let (cfgs, look) = (cfgs_of(&local.attrs), self.look(&binding(&local.pat)));
                let look = code!(#cfgs #look);
                stmts.insert(at, Stmt::Expr(Expr::Verbatim(look), None));
            }
        }
    }
}

fn name_of(path: &ExprPath) -> Option<Ident> {
    path.path.get_ident().map(IdentExt::unraw)
}

fn name_of_local(local: &Local) -> Option<Ident> {
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
