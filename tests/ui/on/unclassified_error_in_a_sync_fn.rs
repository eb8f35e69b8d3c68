use retry_runtime::retry;

struct RpcError;

#[retry]
fn get() -> Result<u32, RpcError> {
    Err(RpcError)
}

fn main() {}
