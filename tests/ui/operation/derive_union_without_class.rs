use retry_runtime::Operation;

#[derive(Operation)]
union Payment {
    cents: u64,
}

fn main() {}
