use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(permanent, against = false)]
    NotFound,
}

fn main() {}
