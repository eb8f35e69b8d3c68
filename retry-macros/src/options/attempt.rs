//! `attempt = at`: the name under which the body sees its `Attempt`.

use syn::Ident;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Ident> {
    input.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            "`attempt` names a variable for the body: write for example `attempt = at`",
        )
    })
}
