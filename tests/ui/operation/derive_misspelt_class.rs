use retry_runtime::Operation;

#[derive(Operation)]
#[operation(nonidempotent)]
struct Charge;

fn main() {}
