use retry_runtime::retry;
use std::io;

#[retry]
async fn get((mut name, id): (String, usize)) -> io::Result<usize> {
    name.push('!');
    Ok(name.len() + id)
}

fn main() {}
