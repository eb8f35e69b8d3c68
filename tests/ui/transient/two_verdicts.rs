use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(not_sent, refused)]
    NoConnection,
    #[transient]
    #[transient(permanent)]
    NotFound,
}

fn main() {}
