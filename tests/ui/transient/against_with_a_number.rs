use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(permanent, against = 1)]
    Failed,
}

fn main() {}
