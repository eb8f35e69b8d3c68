//! The bounds that are suggested can be written: `tests/ui-pass/suggested_bounds.rs`.

use retry_runtime::Policy;

async fn error<E>(get: impl AsyncFn() -> Result<u32, E>) -> Result<u32, E> {
    Policy::DEFAULT.run(async |_| get().await).await
}

async fn future<F>(get: impl Fn() -> F) {
    let _ = Policy::DEFAULT.run(|_| get());
}

fn main() {}
