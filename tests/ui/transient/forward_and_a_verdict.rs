use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(forward, not_sent)]
    Connect(std::io::Error),
}

fn main() {}
