//! `max = 3`: at most this many retries after the first attempt.

use super::span_of;
use crate::literal::{Setting, Spanned, literal_of};
use syn::parse::ParseStream;
use syn::{Expr, Lit};

pub(super) fn parse(input: ParseStream) -> syn::Result<Setting<u32>> {
    let expr = super::expr(input)?;
    if literal_of(&expr).is_none() {
        return Ok(Setting::Expr(expr));
    }
    let span = span_of(&expr);
    let number = match &expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(int) if matches!(int.suffix(), "" | "u32") => int.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    };
    match number {
        Some(0) => Err(syn::Error::new(
            span,
            "`max = 0` allows no retry at all: write at least `max = 1`, or drop the attribute",
        )),
        Some(value) => Ok(Setting::Literal(Spanned { value, span })),
        None => Err(syn::Error::new_spanned(
            &expr,
            format!(
                "`max` is a number of retries, at most {}, not `{}`: write for example `max = 3`, for up to 4 attempts",
                u32::MAX,
                quote::quote!(#expr).to_string().replace("- ", "-")
            ),
        )),
    }
}
