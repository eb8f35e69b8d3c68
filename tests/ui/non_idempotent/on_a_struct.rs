use retry_runtime::non_idempotent;

#[non_idempotent]
struct Charge {
    cents: u64,
}

fn main() {}
