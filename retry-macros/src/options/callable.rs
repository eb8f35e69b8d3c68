//! The keys whose value is code that is called with one value: `on`, `on_ok`,
//! `elapsed` and `rejected`.

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

impl Call {
    pub(crate) fn to_tokens(&self) -> proc_macro2::TokenStream {
        match self {
            Self::Path(path) => quote::quote!(#path),
            Self::Value(expr) => quote::quote!(#expr),
        }
    }
}

/// `on = is_transient`: which errors are retried.
pub(super) fn on(input: ParseStream) -> syn::Result<Call> {
    call(
        input,
        "`on` says which errors are retried: write a path such as `on = is_transient`, or a closure such as `on = |error| error.is_timeout()`",
    )
}

/// `on_ok = is_stale`: which responses are retried.
pub(super) fn on_ok(input: ParseStream) -> syn::Result<Call> {
    call(
        input,
        "`on_ok` says which responses are retried: write a path such as `on_ok = is_stale`, or a closure such as `on_ok = |response| response.is_stale()`",
    )
}

/// `elapsed = RpcError::TimedOut`: how time that ran out becomes an error.
pub(super) fn elapsed(input: ParseStream) -> syn::Result<Call> {
    call(
        input,
        "`elapsed` makes an error of time that ran out: write a path such as `elapsed = RpcError::TimedOut`, or a closure such as `elapsed = |elapsed| RpcError::from(elapsed)`",
    )
}

/// `rejected = RpcError::Unavailable`: how the breaker's rejection becomes an error.
pub(super) fn rejected(input: ParseStream) -> syn::Result<Call> {
    call(
        input,
        "`rejected` turns a `Rejected` into an error: write a path such as `rejected = RpcError::Rejected`, or a closure such as `rejected = |_| RpcError::Unavailable`",
    )
}

/// A path or a closure; `mend` says so where it is neither.
fn call(input: ParseStream, mend: &str) -> syn::Result<Call> {
    match super::expr(input)? {
        Expr::Path(path) => Ok(Call::Path(path)),
        Expr::Lit(lit) => Err(syn::Error::new_spanned(lit, mend)),
        other => Ok(Call::Value(other)),
    }
}
