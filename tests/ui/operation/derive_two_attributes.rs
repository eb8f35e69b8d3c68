use retry_runtime::Operation;

#[derive(Operation)]
#[operation(safe)]
#[operation(keyed)]
struct Charge;

fn main() {}
