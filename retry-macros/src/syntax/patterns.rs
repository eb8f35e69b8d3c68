//! What the pattern of an argument or of a variable binds.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Pat, PatIdent, Type};

/// The names that a pattern binds, `r#name` as `name`.
pub(crate) fn bound_names(pat: &Pat) -> Vec<Ident> {
    bindings(pat).iter().map(|pat| pat.ident.unraw()).collect()
}

/// The names that a pattern binds as `mut`.
pub(crate) fn mut_names(pat: &Pat) -> Vec<Ident> {
    let is_mut = |pat: &&PatIdent| pat.mutability.is_some() && pat.by_ref.is_none();
    let bindings = bindings(pat);
    let names = bindings.iter().filter(is_mut);
    names.map(|pat| pat.ident.unraw()).collect()
}

/// The span of a `ref mut` in the pattern of an argument that is passed by value.
pub(crate) fn ref_mut(pat: &Pat, ty: &Type) -> Option<Span> {
    if matches!(ty, Type::Reference(_)) {
        return None;
    }
    let by_ref = |pat: &PatIdent| pat.by_ref.filter(|_| pat.mutability.is_some());
    bindings(pat)
        .iter()
        .find_map(by_ref)
        .map(|by_ref| by_ref.span)
}

fn bindings(pat: &Pat) -> Vec<PatIdent> {
    struct Found(Vec<PatIdent>);
    impl<'ast> Visit<'ast> for Found {
        fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
            self.0.push(pat.clone());
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut bindings = Found(Vec::new());
    bindings.visit_pat(pat);
    bindings.0
}
