use retry_runtime::retry;

#[retry(timeout = 1s, before_retry = |_| Ok(()))]
async fn get() -> Result<u32, Missing> {
    Ok(1)
}

fn main() {}
