use retry_runtime::Operation;

#[derive(Operation)]
enum Payment {
    #[operation(safe)]
    Show,
    #[operation(keyed, crate = retry_runtime)]
    Charge,
}

fn main() {}
