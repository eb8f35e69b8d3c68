use retry_runtime::retry;

enum Status {
    Done,
}

#[retry(until = |status| matches!(status, Status::Done), deadline = 1s)]
async fn status() -> Status {
    Status::Done
}

fn main() {}
