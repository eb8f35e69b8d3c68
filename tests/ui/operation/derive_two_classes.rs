use retry_runtime::Operation;

#[derive(Operation)]
#[operation(safe, keyed)]
struct Charge;

fn main() {}
