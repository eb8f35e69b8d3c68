use retry_runtime::Operation;

#[derive(Operation)]
#[operation(readonly)]
struct GetUser;

fn main() {}
