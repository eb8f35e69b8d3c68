use retry_runtime::retry;

#[retry(on = |_| true, on_ok = |_| false)]
async fn get() -> Option<u32> {
    Some(1)
}

fn main() {}
