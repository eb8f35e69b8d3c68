use futures::FutureExt as _;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(_cents: u32) -> io::Result<u32> {
    Ok(1)
}

#[retry]
async fn get() -> io::Result<u32> {
    let charged;
    futures::select_biased! {
        answer = charge(1).fuse() => { charged = answer; }
    };
    charged
}

fn main() {}
