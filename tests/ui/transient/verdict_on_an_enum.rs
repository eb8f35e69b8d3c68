use retry_runtime::Transient;

#[derive(Transient)]
#[transient(refused)]
enum RpcError {
    Busy,
    NotFound,
}

fn main() {}
