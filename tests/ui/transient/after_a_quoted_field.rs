use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(after = "retry_after")]
    Busy { retry_after: u64 },
}

fn main() {}
