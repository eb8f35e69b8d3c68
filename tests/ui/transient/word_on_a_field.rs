use retry_runtime::Transient;

use std::time::Duration;

#[derive(Transient)]
enum RpcError {
    Busy {
        #[transient(after)]
        retry_after: Duration,
    },
    #[transient]
    Unavailable,
}

fn main() {}
