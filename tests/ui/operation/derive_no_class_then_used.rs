use retry_runtime::Operation;

#[derive(Operation)]
struct Charge;

fn call<O: Operation>(_operation: &O) {}

fn main() {
    call(&Charge);
}
