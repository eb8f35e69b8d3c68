use retry_runtime::{Transient, retry};

#[derive(Transient)]
enum RpcError {
    #[transient(transient)]
    Unavailable,
}

// The fault is told once: the type counts as classified.
#[retry]
async fn call() -> Result<(), RpcError> {
    Err(RpcError::Unavailable)
}

fn main() {}
