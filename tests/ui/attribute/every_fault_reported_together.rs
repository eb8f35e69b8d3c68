use retry_runtime::retry;
use std::io;

#[retry(
    max = 0,
    bakoff = none,
    jitter = 1.5,
    on = "timeouts",
    timeout = 5,
    deadline = 5sec,
    attempt = 1,
    name = "",
)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
