use retry_runtime::retry;

type Answer = Vec<u32>;

#[retry]
async fn get() -> Answer {
    vec![1]
}

fn main() {}
