use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(not_sent, against)]
    Unreachable,
}

fn main() {}
