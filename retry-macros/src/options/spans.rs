//! `spans`: a span of `tracing` around each attempt.

use syn::parse::ParseStream;

/// A flag has no value.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the keys are read by functions of one signature"
)]
pub(super) fn parse(_: ParseStream) -> syn::Result<()> {
    Ok(())
}
