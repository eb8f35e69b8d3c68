use retry_runtime::{Transient, retry};

#[retry(timeout = 5s)]
async fn get<E: Transient>(answer: Result<u32, &E>) -> Result<u32, E> {
    Ok(answer.unwrap_or(0))
}

fn main() {}
