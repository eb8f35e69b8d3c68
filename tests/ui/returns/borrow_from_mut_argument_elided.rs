use retry_runtime::retry;
use std::io;

struct View<'a>(&'a str);

#[retry]
async fn get(cache: &mut String) -> io::Result<View<'_>> {
    Ok(View(cache))
}

fn main() {}
