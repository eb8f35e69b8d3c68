//! Attributes of the user's item, as far as their spelling tells what they are.

use super::tokens::code;
use proc_macro2::{Ident, TokenStream};
use std::mem;
use syn::spanned::Spanned;
use syn::{Attribute, Meta};

/// Whether an attribute has this name, under whatever path.
pub(crate) fn is_named(attr: &Attribute, name: &str) -> bool {
    attr.path()
        .segments
        .last()
        .is_some_and(|last| last.ident == name)
}

/// Whether an attribute may be a macro: built-in attributes and those of tools are none.
pub(crate) fn is_macro(attr: &Attribute) -> bool {
    const BUILT_IN: &[&str] = &[
        "allow",
        "automatically_derived",
        "cfg",
        "cold",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "export_name",
        "forbid",
        "inline",
        "link_section",
        "must_use",
        "no_mangle",
        "target_feature",
        "track_caller",
        "warn",
    ];
    let path = attr.path();
    let is_tool = path.segments.first().is_some_and(|first| {
        path.segments.len() > 1
            && ["rustfmt", "clippy", "diagnostic"]
                .iter()
                .any(|tool| first.ident == tool)
    });
    !is_tool && !BUILT_IN.iter().any(|name| path.is_ident(name))
}

/// The `#[cfg(..)]` among the attributes of an argument or a local.
pub(crate) fn cfgs_of(attrs: &[Attribute]) -> TokenStream {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .map(|attr| code!(#attr))
        .collect()
}

/// Whether an attribute switches a lint off, which it may do in more places than one.
pub(crate) fn is_allow(attr: &Attribute) -> bool {
    attr.path().is_ident("allow")
}

/// The lints of an argument that is bound again inside, where they are about what is done
/// with it. Those that are switched off stay off where they were, too: a name is written
/// in both places.
pub(crate) fn take_lints(attrs: &mut Vec<Attribute>) -> Vec<Attribute> {
    let (lints, others): (Vec<_>, _) = mem::take(attrs).into_iter().partition(is_lint);
    *attrs = others;
    attrs.extend(lints.iter().filter_map(quiet));
    lints
}

/// `#[allow(..)]` for an attribute that allows or expects. What is expected in two places
/// may be found in one of them alone.
fn quiet(attr: &Attribute) -> Option<Attribute> {
    if is_allow(attr) {
        return Some(attr.clone());
    }
    let mut quiet = attr.clone();
    match &mut quiet.meta {
        Meta::List(list) if list.path.is_ident("expect") => {
            list.path = Ident::new("allow", list.path.span()).into();
            Some(quiet)
        }
        _ => None,
    }
}

/// Whether an attribute sets the level of a lint.
fn is_lint(attr: &Attribute) -> bool {
    const LEVELS: &[&str] = &["allow", "deny", "expect", "forbid", "warn"];
    LEVELS.iter().any(|level| attr.path().is_ident(level))
}
