use retry_runtime::retry;

#[retry(max = 0)]
async fn get() -> u32 {
    1
}

fn main() {}
