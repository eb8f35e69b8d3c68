//! `sleep = my_timer::sleep`: another timer than tokio's.

use syn::ExprPath;
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<ExprPath> {
    input.parse().map_err(|error| {
        syn::Error::new(error.span(), "`sleep` is the path of a function from `Duration` to a future, or in a sync fn of one that blocks: write for example `sleep = my_timer::sleep`")
    })
}
