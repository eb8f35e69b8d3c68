use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
pub enum Payment {
    #[operation(safe)]
    Show,
    #[operation(non_idempotent)]
    Charge { cents: u64 },
    #[operation(keyed)]
    Refund,
}

#[retry]
pub async fn pay(charge: &Payment) -> io::Result<()> {
    let _ = &charge;
    Ok(())
}

fn main() {}
