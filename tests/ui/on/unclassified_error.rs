use retry_runtime::retry;

struct RpcError;

#[retry]
async fn get() -> Result<u32, RpcError> {
    Err(RpcError)
}

fn main() {}
