//! `policy = &self.policy`: a shared or reloadable policy.

use syn::Expr;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Expr> {
    match super::expr(input)? {
        Expr::Lit(lit) => Err(syn::Error::new_spanned(
            lit,
            "`policy` is an expression of type `&Policy`: write its settings as keys of the attribute, or `policy = &POLICY`",
        )),
        expr => Ok(expr),
    }
}
