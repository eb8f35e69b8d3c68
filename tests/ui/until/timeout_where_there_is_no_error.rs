use retry_runtime::retry;

#[retry(until = |done| *done, max = 3, timeout = 1s)]
async fn is_done() -> bool {
    true
}

fn main() {}
