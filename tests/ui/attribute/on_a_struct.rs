use retry_runtime::retry;

#[retry]
struct Client {
    max: u32,
}

fn main() {}
