use retry_runtime::retry;

#[retry]
async fn ping() -> () {}

fn main() {}
