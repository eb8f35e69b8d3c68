//! `elapsed = RpcError::TimedOut`: how time that ran out becomes an error.

use super::on::{Call, call};
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Call> {
    call(
        input,
        "`elapsed` makes an error of time that ran out: write a path such as `elapsed = RpcError::TimedOut`, or a closure such as `elapsed = |elapsed| RpcError::from(elapsed)`",
    )
}
