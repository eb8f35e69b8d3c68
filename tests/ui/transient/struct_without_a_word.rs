use retry_runtime::Transient;

#[derive(Transient)]
struct Busy {
    retry_after: u64,
}

fn main() {}
