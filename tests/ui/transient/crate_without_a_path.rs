use retry_runtime::Transient;

#[derive(Transient)]
#[transient(crate = "retry_runtime")]
enum RpcError {
    #[transient]
    Unavailable,
}

fn main() {}
