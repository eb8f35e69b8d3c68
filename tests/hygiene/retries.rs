// Calls what `shapes.rs` declares: every function fails twice before it
// succeeds.

use hygiene::dynamic::Dynamic as _;
use hygiene::{Client, Failure, Service as _};
use std::sync::atomic::AtomicU32;

fn calls() -> AtomicU32 {
    AtomicU32::new(0)
}

#[tokio::test(start_paused = true)]
async fn functions_are_retried() {
    assert_eq!(hygiene::bare(&calls()).await, Ok(3));
    let literals = async |name: &str| hygiene::literals(name.into(), 1, (2, 3), &calls()).await;
    assert_eq!(literals("x").await, Ok(3));
    assert_eq!(literals("").await, Ok(3 + 2 + 2 + 4));
    assert_eq!(hygiene::expressions(&calls(), 5).await, Ok(3));
    assert_eq!(hygiene::expressions(&calls(), 1).await, Err(Failure(2)));
    assert_eq!(hygiene::future(&calls()).await, Ok(3));
    assert_eq!(hygiene::boxed(&calls()).await, Ok(3));
}

#[test]
fn sync_functions_are_retried() {
    assert_eq!(hygiene::blocking(&calls()), Ok(3));
    assert_eq!(hygiene::blocking_with_options(1, &calls()), Ok(3));
}

#[tokio::test(start_paused = true)]
async fn methods_are_retried() {
    let client = Client::default;
    assert_eq!(client().get().await, Ok(3));
    assert_eq!(client().get_connected().await, Ok(32));
    assert_eq!(client().get_once().await, Ok(3));
    assert_eq!(client().list().await, Ok(3));
    assert_eq!(client().count().await, Ok(3));
    assert_eq!(client().name(), Err(Failure(1)));
    assert_eq!(client().find().await, Ok(3));
    assert_eq!(client().fetch(1).await, Ok(3 + 1 + 3));
}
