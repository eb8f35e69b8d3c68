use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(forward)]
    Io { path: String, source: std::io::Error },
}

fn main() {}
