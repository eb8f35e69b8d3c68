use retry_runtime::retry;

struct Mine;

#[retry(until = |value| *value > 1, max = 3)]
async fn get() -> Result<u32, Mine> {
    Ok(1)
}

fn main() {}
