use retry_runtime::Transient;

#[derive(Transient)]
enum RpcError {
    #[transient(forward)]
    Parse(std::num::ParseIntError),
}

fn main() {}
