use retry_runtime::retry;
use std::future::{Future, ready};
use std::io;
use std::panic::Location;

#[track_caller]
#[retry]
fn get() -> impl Future<Output = io::Result<u32>> {
    ready(Ok(Location::caller().line()))
}

fn main() {}
