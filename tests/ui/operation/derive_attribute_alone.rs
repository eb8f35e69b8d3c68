use retry_runtime::Operation;

#[derive(Operation)]
#[operation]
struct Charge;

fn main() {}
