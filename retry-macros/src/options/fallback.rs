//! `fallback = |error| ..`: what stands in where retries end in failure.

use super::inlined::{self, Kind};
use syn::parse::ParseStream;
use syn::{Expr, ExprPath, Pat};

/// What was written for `fallback`.
#[derive(Clone)]
pub(crate) enum Fallback {
    /// A function of the error.
    Path(ExprPath),
    /// A closure, whose body is inlined.
    Inlined {
        error: Pat,
        /// Why retries ended, where it is asked for.
        ended: Option<Pat>,
        body: Expr,
        kind: Kind,
    },
}

const MEND: &str = "`fallback` is a closure with the last error, and if wanted why retries ended: write for example `fallback = |error| self.cached(error)` or `fallback = |error, ended| ..`";

pub(super) fn parse(input: ParseStream) -> syn::Result<Fallback> {
    let closure = match super::expr(input)? {
        Expr::Path(path) => return Ok(Fallback::Path(path)),
        Expr::Closure(closure) => closure,
        other => return Err(syn::Error::new_spanned(other, MEND)),
    };
    let (head, kind) = (inlined::head(&closure), inlined::kind(&closure));
    let mut inputs = closure.inputs.into_iter();
    match (inputs.next(), inputs.next(), inputs.next()) {
        (Some(error), ended, None) => Ok(Fallback::Inlined {
            error,
            ended,
            body: *closure.body,
            kind,
        }),
        _ => Err(syn::Error::new_spanned(head, MEND)),
    }
}
