use retry_runtime::Transient;

use std::time::Duration;

#[derive(Transient)]
enum RpcError {
    #[transient(after = retry_after)]
    Busy { node: u32, wait: Duration },
    #[transient(after = 1)]
    Overloaded(Duration),
    #[transient(after = wait)]
    Unavailable,
}

fn main() {}
