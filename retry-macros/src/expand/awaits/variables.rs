//! The variables of a body, as far as their bindings are plain to see.

use super::Awaits;
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Expr, ExprAwait, ExprClosure, ExprPath, Item, Local, Macro, Pat, PatIdent, Stmt};

#[derive(Default)]
pub(super) struct Variables {
    /// How often a name is bound.
    bound: HashMap<Ident, u32>,
    /// Named in macros, which may bind them.
    in_macros: HashSet<Ident>,
    /// Parameters of closures without a type.
    untyped: HashSet<Ident>,
    /// Bound to a struct that is made there.
    made: HashSet<Ident>,
    /// Bound to what a function returns.
    called: HashSet<Ident>,
    /// Awaited by their names alone.
    awaited: HashSet<Ident>,
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

    /// It turns into a future of which the type says nothing.
    pub(super) fn watch(&mut self, path: &ExprPath) {
        let name = name_of(path).filter(|name| self.bound.get(name) == Some(&1));
        self.watched.extend(name);
    }
}

impl Variables {
    fn name_in_macro(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => _ = self.in_macros.insert(name.unraw()),
                TokenTree::Group(group) => self.name_in_macro(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Variables {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        *self.bound.entry(pat.ident.unraw()).or_default() += 1;
        visit::visit_pat_ident(self, pat);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.name_in_macro(mac.tokens.clone());
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
            (Some(name), Some(Expr::Struct(_))) => _ = self.made.insert(name),
            (Some(name), Some(Expr::Call(_))) => _ = self.called.insert(name),
            (Some(name), Some(Expr::MethodCall(call))) if call.method == "build" => {
                self.called.insert(name);
            }
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
                let look = self.look(&binding(&local.pat));
                stmts.insert(at, Stmt::Expr(Expr::Verbatim(look), None));
                at += 1;
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
