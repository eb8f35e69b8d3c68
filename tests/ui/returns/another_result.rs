use retry_runtime::retry;

type Result<T> = Option<T>;

#[retry(on = |_: &u8| true)]
async fn get() -> Result<u32> {
    Some(1)
}

fn main() {}
