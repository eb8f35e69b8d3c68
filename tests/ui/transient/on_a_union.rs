use retry_runtime::Transient;

#[derive(Transient)]
union RpcError {
    code: u32,
    bits: f32,
}

fn main() {}
