//! `key = name`: binds the `IdempotencyKey` that all attempts of a call share.

use syn::Ident;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Ident> {
    input.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            "`key` names a variable for the body: write for example `key = key`",
        )
    })
}
