use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient()]
    Unavailable,
}

fn main() {}
