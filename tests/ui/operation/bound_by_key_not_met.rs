use retry_runtime::{IdempotentByKey, Operation};

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

fn call<O: Operation + IdempotentByKey>(_operation: &O) {}

fn main() {
    call(&Charge);
}
