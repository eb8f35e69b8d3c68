use retry_runtime::non_idempotent;
use tokio::task::JoinHandle;

#[non_idempotent]
fn charge() -> JoinHandle<u64> {
    tokio::spawn(async { 100 })
}

fn main() {}
