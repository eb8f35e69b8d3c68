use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(crate = retry_runtime)]
    Unavailable,
}

fn main() {}
