use retry_runtime::Operation;

#[derive(Operation)]
enum Payment {}

fn main() {}
