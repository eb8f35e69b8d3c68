use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(forward)]
    Unavailable,
}

fn main() {}
