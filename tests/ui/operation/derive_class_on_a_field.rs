use retry_runtime::Operation;

#[derive(Operation)]
#[operation(safe)]
struct Show {
    #[operation(keyed)]
    id: u64,
}

fn main() {}
