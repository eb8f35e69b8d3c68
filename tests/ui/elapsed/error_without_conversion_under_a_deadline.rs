use retry_runtime::retry;

struct RpcError;

#[retry(deadline = 5s, on = |_| true, before_retry = |_| ())]
async fn get() -> Result<u32, RpcError> {
    Err(RpcError)
}

fn main() {}
