//! `hedge = 50ms`, `hedge(50ms, n)` or an expression: when another attempt
//! starts beside one that has not answered.

use super::setting::{self, Setting, literal_of};
use super::span_of;
use proc_macro2::Span;
use std::time::Duration;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, Lit, Token, parenthesized, token};

/// What was written for `hedge`.
#[derive(Clone)]
pub(crate) struct Hedge {
    pub(crate) after: Setting<Duration>,
    /// How many attempts may run beside the first.
    pub(crate) beside: usize,
}

pub(super) fn parse(input: ParseStream) -> syn::Result<Hedge> {
    if input.peek(token::Paren) {
        let content;
        let paren = parenthesized!(content in input);
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
        return of_arguments(arguments, paren.span.join());
    }
    let expr = super::expr(input)?;
    if let Expr::Lit(lit) = &expr {
        if let Lit::Str(text) = &lit.lit {
            if text.value().trim_start().starts_with("hedge") {
                return of_expr(text.parse()?);
            }
        }
    }
    of_expr(expr)
}

fn of_expr(expr: Expr) -> syn::Result<Hedge> {
    match expr {
        Expr::Call(call) if is_ours(&call) => {
            let place = span_of(&call.func);
            of_arguments(call.args, place)
        }
        other => Ok(Hedge {
            after: setting::duration(other, "hedge")?,
            beside: 1,
        }),
    }
}

fn is_ours(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if path.path.is_ident("hedge"))
}

fn of_arguments(arguments: Punctuated<Expr, Token![,]>, place: Span) -> syn::Result<Hedge> {
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(after), beside, None) => Ok(Hedge {
            after: setting::duration(after, "hedge")?,
            beside: beside.map_or(Ok(1), |beside| number(&beside))?,
        }),
        _ => Err(syn::Error::new(place, FORM)),
    }
}

fn number(expr: &Expr) -> syn::Result<usize> {
    let span: Span = span_of(expr);
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
