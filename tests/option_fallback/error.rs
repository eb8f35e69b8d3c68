//! The error that it is given, and the result that it gives.

use retry_runtime::{Verdict, retry};

#[retry(backoff = none, fallback = |Wrapped { number }| Ok(number))]
async fn by_pattern() -> Result<u32, Wrapped> {
    Err(Wrapped { number: 12 })
}

/// It has neither `Clone` nor `Debug`: the error itself is handed over.
struct Wrapped {
    number: u32,
}

impl retry_runtime::Transient for Wrapped {
    fn verdict(&self) -> Verdict {
        Verdict::permanent()
    }
}

#[tokio::test]
async fn the_error_is_handed_over_and_may_be_taken_apart() {
    assert_eq!(by_pattern().await.ok(), Some(12));
}

#[retry(max = 1, backoff = none, fallback = |_| Ok(Box::new(7)))]
async fn coerced() -> std::io::Result<Box<dyn std::fmt::Display>> {
    Err(std::io::ErrorKind::TimedOut.into())
}

#[tokio::test(start_paused = true)]
async fn a_plain_result_is_coerced_as_in_the_body() {
    assert_eq!(coerced().await.unwrap().to_string(), "7");
}
