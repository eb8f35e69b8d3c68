use retry_runtime::retry;

#[retry(until = |done| *done, max = 3, unfinished = |_| false)]
async fn is_done() -> bool {
    true
}

fn main() {}
