use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(unsent)]
    NoConnection,
}

fn main() {}
