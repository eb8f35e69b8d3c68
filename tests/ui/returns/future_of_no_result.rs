use retry_runtime::retry;

#[retry]
fn get() -> impl Future<Output = Option<u32>> {
    async { Some(1) }
}

fn main() {}
