use retry_runtime::retry;

#[retry(until = Option::is_some, max = 3, fallback = |_| None)]
async fn found() -> Option<u32> {
    None
}

fn main() {}
