use retry_runtime::retry;

#[retry(on = known)]
async fn get() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
