//! `hedge = 50ms`, `hedge(50ms, n)` or an expression: when another attempt
//! starts beside one that has not answered.

use super::setting::{self, expr, literal_of};
use crate::plan::HedgePlan;
use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, Lit, Token, parenthesized, token};

pub(super) fn parse(input: ParseStream) -> syn::Result<HedgePlan> {
    if input.peek(token::Paren) {
        let content;
        let paren = parenthesized!(content in input);
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
        return of_arguments(arguments, paren.span.join());
    }
    let expr = expr(input)?;
    if let Expr::Lit(lit) = &expr {
        if let Lit::Str(text) = &lit.lit {
            if text.value().trim_start().starts_with("hedge") {
                return of_expr(text.parse()?);
            }
        }
    }
    of_expr(expr)
}

const AT_ONCE: &str = "starts all attempts at once";

fn of_expr(expr: Expr) -> syn::Result<HedgePlan> {
    match expr {
        Expr::Call(call) if is_ours(&call) => {
            let span = call.func.span();
            of_arguments(call.args, span)
        }
        other => Ok(HedgePlan {
            after: setting::duration(other, "hedge", AT_ONCE)?,
            beside: 1,
        }),
    }
}

fn is_ours(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if path.path.is_ident("hedge"))
}

fn of_arguments(arguments: Punctuated<Expr, Token![,]>, span: Span) -> syn::Result<HedgePlan> {
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(after), beside, None) => Ok(HedgePlan {
            after: setting::duration(after, "hedge", AT_ONCE)?,
            beside: beside.map_or(Ok(1), |beside| number(&beside))?,
        }),
        _ => Err(syn::Error::new(span, FORM)),
    }
}

fn number(expr: &Expr) -> syn::Result<usize> {
    let span = expr.span();
    let words = literal_of(expr);
    match words.as_deref().map(str::parse::<usize>) {
        Some(Ok(number @ 1..=8)) => Ok(number),
        Some(_) => Err(syn::Error::new(
            span,
            "1 to 8 attempts may run beside the first: write for example `hedge(50ms, 2)`",
        )),
        None => Err(syn::Error::new(
            span,
            "how many attempts may run beside the first is known when it is compiled: write a number from 1 to 8, such as `hedge(50ms, 2)`",
        )),
    }
}

const FORM: &str = "`hedge` is a delay, and how many attempts may run beside the first: write `hedge = 50ms` or `hedge(50ms, 2)`";
