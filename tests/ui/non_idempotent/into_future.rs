use retry_runtime::non_idempotent;
use std::future::{IntoFuture, ready};

#[non_idempotent]
fn charge() -> impl IntoFuture<Output = u64> {
    ready(100)
}

fn main() {}
