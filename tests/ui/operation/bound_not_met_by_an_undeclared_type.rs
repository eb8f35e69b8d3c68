use retry_runtime::{Idempotent, Operation};

struct Charge;

fn call<O: Operation + Idempotent>(_operation: &O) {}

fn main() {
    call(&Charge);
}
