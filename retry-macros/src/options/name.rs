//! `name = "users.get"`: what logs and metrics call the function.

use syn::LitStr;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<LitStr> {
    let name: LitStr = input.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            "`name` is a string: write for example `name = \"users.get\"`",
        )
    })?;
    if name.value().is_empty() {
        return Err(syn::Error::new(
            name.span(),
            "`name` is empty: logs and metrics need something to call the function",
        ));
    }
    Ok(name)
}
