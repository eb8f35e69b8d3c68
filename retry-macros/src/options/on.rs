//! `on = is_transient`: which errors are retried.

use syn::parse::ParseStream;
use syn::{Expr, ExprPath};

/// Code of the user's that is called with one value.
#[derive(Clone)]
pub(crate) enum Call {
    /// Called directly, so that coercions work.
    Path(ExprPath),
    /// A closure, or what evaluates to something callable.
    Value(Expr),
}

pub(super) fn parse(input: ParseStream) -> syn::Result<Call> {
    call(
        input,
        "`on` says which errors are retried: write a path such as `on = is_transient`, or a closure such as `on = |error| error.is_timeout()`",
    )
}

/// A path or a closure; `mend` says so where it is neither.
pub(super) fn call(input: ParseStream, mend: &str) -> syn::Result<Call> {
    match super::expr(input)? {
        Expr::Path(path) => Ok(Call::Path(path)),
        Expr::Lit(lit) => Err(syn::Error::new_spanned(lit, mend)),
        other => Ok(Call::Value(other)),
    }
}

impl Call {
    pub(crate) fn to_tokens(&self) -> proc_macro2::TokenStream {
        match self {
            Self::Path(path) => quote::quote!(#path),
            Self::Value(expr) => quote::quote!(#expr),
        }
    }
}
