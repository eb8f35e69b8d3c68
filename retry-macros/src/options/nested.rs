//! `nested = allow`: this function's retries leave inner ones free.

use syn::Ident;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<()> {
    let mend = "`nested` has one value: `nested = allow`, for a function that retries conflicts and not failures; drop the key to keep its retries from being retried inside";
    let word: Ident = input
        .parse()
        .map_err(|error| syn::Error::new(error.span(), mend))?;
    if word == "allow" {
        Ok(())
    } else {
        Err(syn::Error::new(word.span(), mend))
    }
}
