//! `strict`: something has to say that the function may run twice.

use syn::parse::ParseStream;

/// A flag has no value.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the keys are read by functions of one signature"
)]
pub(super) fn parse(_: ParseStream) -> syn::Result<()> {
    Ok(())
}
