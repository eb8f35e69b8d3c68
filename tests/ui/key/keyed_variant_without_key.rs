use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
pub enum Call {
    #[operation(safe)]
    Show,
    #[operation(keyed)]
    Place,
}

#[retry]
pub async fn call(call: &Call) -> io::Result<()> {
    let _ = call;
    Ok(())
}

fn main() {}
