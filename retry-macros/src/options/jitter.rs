//! `jitter = none`, `equal`, `full`, or a fraction such as `0.2`.

use super::setting::{expr, literal_of};
use crate::plan::Spanned;
use retry_words::{InvalidPolicy, Jitter};
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Expr, Lit, Token};

pub(super) fn parse(input: ParseStream) -> syn::Result<Spanned<Jitter>> {
    if input.peek(Lit) && input.peek2(Token![%]) {
        let percent: Lit = input.parse()?;
        return Err(syn::Error::new_spanned(
            percent,
            "`jitter` is a fraction, not a percentage: write for example `jitter = 0.2` for 20%",
        ));
    }
    let expr = expr(input)?;
    let span = expr.span();
    let words = match &expr {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        other => literal_of(other),
    };
    let Some(words) = words else {
        return Err(syn::Error::new_spanned(
            &expr,
            "`jitter` is `none`, `equal`, `full` or a fraction such as `0.2`; for one that is known only at run time, give a `policy`",
        ));
    };
    let value = words
        .parse()
        .map_err(|error: InvalidPolicy| syn::Error::new_spanned(&expr, error))?;
    Ok(Spanned { value, span })
}
