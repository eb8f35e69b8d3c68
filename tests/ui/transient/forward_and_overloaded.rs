use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(forward, overloaded)]
    Io(std::io::Error),
}

fn main() {}
