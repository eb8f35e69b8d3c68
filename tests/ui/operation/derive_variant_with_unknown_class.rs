use retry_runtime::Operation;

#[derive(Operation)]
enum Payment {
    #[operation(safe)]
    Show,
    #[operation(unsafe)]
    Charge,
}

fn main() {}
