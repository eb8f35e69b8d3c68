use retry_runtime::Operation;

#[derive(Operation)]
#[operation(keyed)]
enum Payment {
    #[operation(safe)]
    Show,
    Charge,
}

fn main() {}
