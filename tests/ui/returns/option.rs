use retry_runtime::retry;

#[retry]
async fn get() -> Option<u32> {
    Some(1)
}

fn main() {}
