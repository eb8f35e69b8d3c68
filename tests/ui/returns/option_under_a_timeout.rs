use retry_runtime::retry;

#[retry(timeout = 5s, before_retry = |_| Ok(()))]
async fn get() -> Option<u32> {
    Some(1)
}

fn main() {}
