//! `breaker = &self.breaker`: a circuit breaker that admits attempts.

use syn::Expr;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Expr> {
    match super::expr(input)? {
        Expr::Lit(lit) => Err(syn::Error::new_spanned(
            lit,
            "`breaker` is an expression whose type implements `Gate`: write for example `breaker = &self.breaker`",
        )),
        // Each attempt asks it, so that none may move it.
        place @ (Expr::Path(_) | Expr::Field(_)) => Ok(borrowed(place)),
        expr => Ok(expr),
    }
}

/// breaker -> &breaker
fn borrowed(place: Expr) -> Expr {
    Expr::Reference(syn::ExprReference {
        attrs: Vec::new(),
        and_token: syn::Token![&](super::span_of(&place)),
        mutability: None,
        expr: Box::new(place),
    })
}
