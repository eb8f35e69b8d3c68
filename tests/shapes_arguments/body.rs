//! What a body makes of its arguments, or leaves.

use crate::common::{Flaky, assert_third};
use retry_runtime::retry;
use std::cell::Cell;
use std::io;
use std::time::Duration;
use tokio::time::sleep;

#[retry]
async fn unused(
    server: &Flaky,
    _ignored: String,
    _cell: Cell<u32>,
    mut _text: String,
) -> io::Result<u32> {
    server.call_later().await
}

#[tokio::test(start_paused = true)]
async fn arguments_that_the_body_does_not_use() {
    let server = Flaky::failing(2);
    let found = unused(&server, "a".into(), Cell::new(0), "b".into()).await;
    assert_third(&server, found, 3);
}

#[retry]
async fn inlined_in_a_format(server: Flaky, name: String, cell: Cell<u32>) -> io::Result<String> {
    let text = format!("{name} {cell:?}");
    sleep(Duration::from_millis(1)).await;
    server.call()?;
    Ok(text)
}

#[tokio::test(start_paused = true)]
async fn an_argument_that_only_a_format_string_names() {
    let server = Flaky::failing(2);
    let call = inlined_in_a_format(server.clone(), "name".into(), Cell::new(0));
    assert_third(
        &server,
        tokio::spawn(call).await.unwrap(),
        "name Cell { value: 0 }".to_string(),
    );
}

#[retry]
async fn shadowing(server: Flaky, cell: Cell<u32>, number: u32) -> io::Result<u32> {
    let number = number + cell.get();
    let cell = Cell::new(number);
    sleep(Duration::from_millis(1)).await;
    server.call()?;
    let server = cell.get();
    Ok(server)
}

#[tokio::test(start_paused = true)]
async fn a_body_may_shadow_its_arguments() {
    let server = Flaky::failing(2);
    let call = shadowing(server.clone(), Cell::new(1), 2);
    assert_third(&server, tokio::spawn(call).await.unwrap(), 3);
}
