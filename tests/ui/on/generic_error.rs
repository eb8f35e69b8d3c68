use retry_runtime::retry;

#[retry]
async fn get<E>(answer: Result<u32, &E>) -> Result<u32, E> {
    Ok(answer.unwrap_or(0))
}

fn main() {}
