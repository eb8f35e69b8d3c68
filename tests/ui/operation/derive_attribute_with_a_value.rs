use retry_runtime::Operation;

#[derive(Operation)]
#[operation = "safe"]
struct Charge;

fn main() {}
