use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    Unavailable,
    NotFound,
}

fn main() {}
