//! The keys whose value is code that is called with one value: `on`, `on_ok`, `until`,
//! `unfinished`, `elapsed` and `rejected`.

use super::setting::expr;
use crate::plan::{Callable, OnPlan};
use syn::Expr;
use syn::parse::ParseStream;

/// `on = is_transient`: which errors are retried. `always` and `known` are our words; a
/// function of the user's that is called so is written `self::known`.
pub(super) fn on(input: ParseStream) -> syn::Result<OnPlan> {
    let on = callable(
        input,
        "`on` says which errors are retried: write a path such as `on = is_transient`, a closure such as `on = |error| error.is_timeout()`, `on = always` or `on = known`",
    )?;
    Ok(match on {
        Callable::Path(path) if path.path.is_ident("always") => OnPlan::Always,
        Callable::Path(path) if path.path.is_ident("known") => OnPlan::Known,
        Callable::Value(Expr::Closure(closure)) if closure.inputs.len() == 2 => {
            OnPlan::AskedWith(closure)
        }
        asked => OnPlan::Asked(asked),
    })
}

/// `on_ok = is_stale`: which responses are retried.
pub(super) fn on_ok(input: ParseStream) -> syn::Result<Callable> {
    callable(
        input,
        "`on_ok` says which responses are retried: write a path such as `on_ok = is_stale`, or a closure such as `on_ok = |response| response.is_stale()`",
    )
}

/// `until = Job::is_done`: which response a poll waits for.
pub(super) fn until(input: ParseStream) -> syn::Result<Callable> {
    callable(
        input,
        "`until` says which response a poll waits for: write a path such as `until = Job::is_done`, or a closure such as `until = |job| job.is_done()`",
    )
}

/// `unfinished = RpcError::NotYet`: the error of a poll that ran out.
pub(super) fn unfinished(input: ParseStream) -> syn::Result<Callable> {
    callable(
        input,
        "`unfinished` makes an error of the last response of a poll that ran out: write a path such as `unfinished = RpcError::NotYet`, or a closure such as `unfinished = |response| RpcError::NotYet(response)`",
    )
}

/// `elapsed = RpcError::TimedOut`: how time that ran out becomes an error.
pub(super) fn elapsed(input: ParseStream) -> syn::Result<Callable> {
    callable(
        input,
        "`elapsed` makes an error of time that ran out: write a path such as `elapsed = RpcError::TimedOut`, or a closure such as `elapsed = |elapsed| RpcError::from(elapsed)`",
    )
}

/// `rejected = RpcError::Unavailable`: how the breaker's rejection becomes an error.
pub(super) fn rejected(input: ParseStream) -> syn::Result<Callable> {
    callable(
        input,
        "`rejected` turns a `Rejected` into an error: write a path such as `rejected = RpcError::Rejected`, or a closure such as `rejected = |_| RpcError::Unavailable`",
    )
}

/// A path or a closure; `message` is the error for a literal.
fn callable(input: ParseStream, message: &str) -> syn::Result<Callable> {
    match expr(input)? {
        Expr::Path(path) => Ok(Callable::Path(path)),
        Expr::Lit(lit) => Err(syn::Error::new_spanned(lit, message)),
        other => Ok(Callable::Value(other)),
    }
}
