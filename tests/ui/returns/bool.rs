use retry_runtime::retry;

#[retry]
async fn ping() -> bool {
    true
}

fn main() {}
