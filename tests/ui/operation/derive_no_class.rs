use retry_runtime::Operation;

#[derive(Operation)]
struct Charge;

fn main() {}
