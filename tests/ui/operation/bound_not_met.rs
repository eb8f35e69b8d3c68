use retry_runtime::{Idempotent, Operation};

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

fn call<O: Operation + Idempotent>(_operation: &O) {}

fn main() {
    call(&Charge);
}
