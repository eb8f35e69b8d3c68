//! `before_retry = |retry| ..`: what runs after the delay, before the attempt.

use super::inlined::{self, Kind};
use syn::parse::ParseStream;
use syn::{Expr, Pat};

/// The hook's parameter and its body, which is inlined where it runs.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) retry: Pat,
    pub(crate) body: Expr,
    pub(crate) kind: Kind,
}

pub(super) fn parse(input: ParseStream) -> syn::Result<Hook> {
    let expr = super::expr(input)?;
    let Expr::Closure(closure) = expr else {
        return Err(syn::Error::new_spanned(
            expr,
            "`before_retry` is a closure with one parameter, whose body is inlined: write for example `before_retry = |retry| self.reconnect()`",
        ));
    };
    let (head, kind) = (inlined::head(&closure), inlined::kind(&closure));
    let mut inputs = closure.inputs.into_iter();
    match (inputs.next(), inputs.next()) {
        (Some(retry), None) => Ok(Hook {
            retry,
            body: *closure.body,
            kind,
        }),
        _ => Err(syn::Error::new_spanned(
            head,
            "the closure of `before_retry` takes one parameter, the `Attempt` that is about to start: write `|retry| ..` or `|_| ..`",
        )),
    }
}
