use retry_runtime::retry;

struct RpcError;

#[retry(timeout = 5s, on = |_| true)]
async fn get() -> Result<u32, RpcError> {
    Err(RpcError)
}

fn main() {}
