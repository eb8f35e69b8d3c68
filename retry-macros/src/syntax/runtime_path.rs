//! Where generated code finds the runtime.

use super::span_range::SpanRange;
use super::tokens::code;
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::Path;

/// What the runtime calls the module that generated code is made of. The version is part
/// of it, so that attributes of one version and a runtime of another are one clear error.
const HIDDEN_MODULE: &str = concat!(
    "__private_",
    env!("CARGO_PKG_VERSION_MAJOR"),
    "_",
    env!("CARGO_PKG_VERSION_MINOR"),
    "_",
    env!("CARGO_PKG_VERSION_PATCH"),
);

/// The path of the runtime's hidden module, which has what generated code needs:
/// at its usual place, or where `crate = path` says. It writes itself into `quote!`.
#[derive(Clone)]
pub(crate) struct RuntimePath {
    home: Home,
    crate_path: Option<Path>,
}

/// The crate whose attribute it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    /// `retry_runtime`
    Runtime,
    /// `retry_idempotency`, which has the marks alone.
    Marks,
}

impl RuntimePath {
    /// `crate_path` is the value of the key `crate`.
    pub(crate) fn new(home: Home, crate_path: Option<&Path>) -> Self {
        Self {
            home,
            crate_path: crate_path.cloned(),
        }
    }

    /// The value of the key `crate`.
    pub(crate) const fn crate_path(&self) -> Option<&Path> {
        self.crate_path.as_ref()
    }
}

impl ToTokens for RuntimePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match (&self.crate_path, self.home) {
            (None, home) => {
                let hidden = Ident::new(HIDDEN_MODULE, Span::mixed_site());
                match home {
                    Home::Runtime => code!(::retry_runtime::#hidden),
                    Home::Marks => code!(::retry_idempotency::#hidden),
                }
            }
            (Some(path), _) => {
                // With the span of the path's end: where the path leads to something
                // else, rustc's message points there.
                let hidden = SpanRange::of(path).ident(HIDDEN_MODULE);
                code!(#path::#hidden)
            }
        });
    }
}
