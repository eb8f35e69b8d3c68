use retry_runtime::retry;
use std::io;
use std::panic::Location;

#[retry]
#[track_caller]
fn get() -> io::Result<u32> {
    Ok(Location::caller().line())
}

fn main() {}
