use retry_runtime::Transient;

use std::time::Duration;

#[derive(Transient)]
enum RpcError {
    #[transient(permanent, after = 0)]
    Forbidden(Duration),
}

fn main() {}
