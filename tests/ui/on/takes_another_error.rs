use retry_runtime::retry;
use std::io;

struct RpcError;

fn is_transient(_: &RpcError) -> bool {
    true
}

#[retry(on = is_transient)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
