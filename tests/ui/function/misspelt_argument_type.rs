use retry_runtime::retry;
use std::io;

struct Id(u32);

#[retry]
async fn get(id: &Ident) -> io::Result<u32> {
    Ok(id.0)
}

fn main() {
    let _ = get(&Id(7));
}
