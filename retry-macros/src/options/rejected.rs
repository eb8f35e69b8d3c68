//! `rejected = RpcError::Unavailable`: how the breaker's rejection becomes an
//! error.

use super::on::{self, Call};
use syn::parse::ParseStream;

pub(super) fn parse(input: ParseStream) -> syn::Result<Call> {
    on::call(
        input,
        "`rejected` turns a `Rejected` into an error: write a path such as `rejected = RpcError::Rejected`, or a closure such as `rejected = |_| RpcError::Unavailable`",
    )
}
