//! `crate = my_lib::retry_runtime`: where the runtime lives, for re-exports.

use syn::Path;
use syn::parse::ParseStream;

const MEND: &str =
    "`crate` is the path of the runtime: write for example `crate = my_lib::retry_runtime`";

pub(super) fn parse(input: ParseStream) -> syn::Result<Path> {
    let path = Path::parse_mod_style(input).map_err(|error| syn::Error::new(error.span(), MEND))?;
    // A type has no modules.
    match path.segments.iter().find(|segment| segment.ident == "Self") {
        Some(segment) => Err(syn::Error::new_spanned(segment, MEND)),
        None => Ok(path),
    }
}
