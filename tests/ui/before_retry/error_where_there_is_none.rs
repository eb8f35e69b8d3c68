use retry_runtime::retry;
use std::io;

fn log(_: Option<&mut io::Error>) {}

#[retry(on_ok = Option::is_none, before_retry = |_, error| log(error))]
async fn get() -> Option<u32> {
    None
}

fn main() {}
