use retry_runtime::retry;

#[retry]
fn get() -> impl Iterator<Item = u32> {
    [1].into_iter()
}

fn main() {}
