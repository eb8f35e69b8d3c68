use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(after)]
    Busy { retry_after: u64 },
}

fn main() {}
