use retry_runtime::{Operation, class};

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

impl Operation for Charge {
    type Class = class::Safe;
}

fn main() {}
