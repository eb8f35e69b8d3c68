use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(after = seconds)]
    Busy { seconds: u64 },
}

fn main() {}
