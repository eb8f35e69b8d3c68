use retry_runtime::Operation;

#[derive(Operation)]
enum Payment {
    Show,
    Charge,
}

fn main() {}
