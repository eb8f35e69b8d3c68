//! Values that are a literal or an expression: a duration, bare or quoted, or a number.

use crate::plan::{Setting, Spanned};
use std::time::Duration;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::visit::Visit;
use syn::{Expr, Lit, UnOp};

/// An expression, without the invisible group around a fragment of `macro_rules!` such
/// as `$backoff:literal`.
pub(super) fn expr(input: ParseStream) -> syn::Result<Expr> {
    let mut expr = input.parse()?;
    while let Expr::Group(group) = expr {
        expr = *group.expr;
    }
    match &expr {
        Expr::Path(path) if path.path.is_ident("crate") || path.path.is_ident("super") => {
            let message =
                "a module is no value: write a path into it, such as `crate::retries::PATIENT`";
            Err(syn::Error::new_spanned(path, message))
        }
        _ => Ok(expr),
    }
}

/// The text of a literal as it stands in a policy's words: `100ms` and
/// `"100ms"` alike.
pub(super) fn words_of(lit: &Lit) -> String {
    match lit {
        Lit::Str(text) => text.value(),
        other => quote::quote!(#other).to_string(),
    }
}

/// The text of an expression that is a literal, with a minus sign too: `-5` is a wrong
/// literal, and gets our message instead of one by rustc.
pub(super) fn literal_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(lit) => Some(words_of(&lit.lit)),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            literal_of(&unary.expr).map(|words| format!("-{words}"))
        }
        Expr::Group(group) => literal_of(&group.expr),
        _ => None,
    }
}

/// A duration above zero, or an expression. `zero` tells what a duration of zero would do.
pub(super) fn duration(expr: Expr, key: &str, zero: &str) -> syn::Result<Setting<Duration>> {
    let span = expr.span();
    let Some(words) = literal_of(&expr) else {
        return match duration_within(&expr) {
            Some(fault) => Err(fault),
            None => Ok(Setting::Expr(expr)),
        };
    };
    let value = retry_words::parse_duration(&words)
        .map_err(|error| syn::Error::new_spanned(&expr, error))?;
    if value.is_zero() {
        return Err(syn::Error::new_spanned(
            &expr,
            format!("a `{key}` of zero {zero}: write a duration such as `500ms`, or drop the key"),
        ));
    }
    Ok(Setting::Literal(Spanned { value, span }))
}

/// The error for `1s` inside an expression, which rustc would read as a literal with an
/// unknown suffix.
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
