//! Attributes of the user's item, as far as their spelling tells what they are.

use super::tokens::code;
use proc_macro2::TokenStream;
use syn::Attribute;

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

/// Whether an attribute sets the level of a lint.
pub(crate) fn is_lint(attr: &Attribute) -> bool {
    const LEVELS: &[&str] = &["allow", "deny", "expect", "forbid", "warn"];
    LEVELS.iter().any(|level| attr.path().is_ident(level))
}
