use retry_runtime::retry;

#[retry(until = |done| *done, max = 3, on = |_| true)]
async fn is_done() -> bool {
    true
}

fn main() {}
