use retry_runtime::Transient;

#[transient(refused)]
struct Busy;

fn main() {}
