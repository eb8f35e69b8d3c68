//! Literals of the attribute: durations, bare or quoted, and numbers.

use proc_macro2::Span;
use std::time::Duration;
use syn::visit::Visit;
use syn::{Expr, Lit, UnOp};

/// A value with the place where it was written.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// What was written for a key that takes a literal or an expression.
#[derive(Clone)]
pub(crate) enum Setting<T> {
    Literal(Spanned<T>),
    Expr(Expr),
}

impl<T> Setting<T> {
    pub(crate) fn literal(&self) -> Option<&Spanned<T>> {
        match self {
            Self::Literal(spanned) => Some(spanned),
            Self::Expr(_) => None,
        }
    }
}

/// The text of a literal as it stands in a policy's words: `100ms` and
/// `"100ms"` alike.
pub(crate) fn words_of(lit: &Lit) -> String {
    match lit {
        Lit::Str(text) => text.value(),
        other => quote::quote!(#other).to_string(),
    }
}

/// The literal that an expression is, behind a minus sign too: `-5` is a
/// literal that is wrong, not an expression to be judged by rustc.
pub(crate) fn literal_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(lit) => Some(words_of(&lit.lit)),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            literal_of(&unary.expr).map(|words| format!("-{words}"))
        }
        Expr::Group(group) => literal_of(&group.expr),
        _ => None,
    }
}

/// A duration above zero, or an expression.
pub(crate) fn duration(expr: Expr, key: &str) -> syn::Result<Setting<Duration>> {
    let span = syn::spanned::Spanned::span(&expr);
    let Some(words) = literal_of(&expr) else {
        return match duration_within(&expr) {
            Some(fault) => Err(fault),
            None => Ok(Setting::Expr(expr)),
        };
    };
    let value = retry_words::parse_duration(&words)
        .map_err(|error| syn::Error::new_spanned(&expr, error))?;
    if value.is_zero() {
        let why = match key {
            "hedge" => "starts all attempts at once",
            _ => "leaves no time for any attempt",
        };
        return Err(syn::Error::new_spanned(
            &expr,
            format!("a `{key}` of zero {why}: write a duration such as `500ms`, or drop the key"),
        ));
    }
    Ok(Setting::Literal(Spanned { value, span }))
}

/// `1s` in an expression, where rustc takes its unit for a suffix.
fn duration_within(expr: &Expr) -> Option<syn::Error> {
    struct Find(Option<syn::Error>);
    impl<'ast> Visit<'ast> for Find {
        fn visit_lit(&mut self, lit: &'ast Lit) {
            let words = words_of(lit);
            let is_number = matches!(lit, Lit::Int(_) | Lit::Float(_));
            if is_number && self.0.is_none() && retry_words::parse_duration(&words).is_ok() {
                let message = format!(
                    "`{words}` is a duration where it stands alone: write one, or an expression whose value is a `Duration`"
                );
                self.0 = Some(syn::Error::new_spanned(lit, message));
            }
        }
    }
    let mut find = Find(None);
    find.visit_expr(expr);
    find.0
}
