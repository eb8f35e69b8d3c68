//! `crate = my_lib::retry_runtime`: where the runtime lives, for re-exports.

use syn::Path;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Path> {
    Path::parse_mod_style(input).map_err(|error| {
        syn::Error::new(
            error.span(),
            "`crate` is the path of the runtime: write for example `crate = my_lib::retry_runtime`",
        )
    })
}
