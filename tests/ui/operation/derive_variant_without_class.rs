use retry_runtime::Operation;

#[derive(Operation)]
enum Payment {
    #[operation(safe)]
    Show,
    Charge,
}

fn main() {}
