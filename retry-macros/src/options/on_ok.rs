//! `on_ok = is_stale`: which responses are retried.

use super::on::{Call, call};
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Call> {
    call(
        input,
        "`on_ok` says which responses are retried: write a path such as `on_ok = is_stale`, or a closure such as `on_ok = |response| response.is_stale()`",
    )
}
