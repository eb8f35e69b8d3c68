//! Each attempt is lent the arguments as the call gave them.

use crate::common::{Flaky, assert_third};
use crate::patterns::Pair;
use retry_runtime::retry;
use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;
use tokio::time::sleep;

#[retry]
async fn no_more_than_the_server(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[tokio::test(start_paused = true)]
async fn a_free_function() {
    let server = Flaky::failing(2);
    assert_third(&server, no_more_than_the_server(&server).await, 3);
}

#[retry]
async fn borrowed(server: &Flaky, text: &str, seen: &mut Vec<u32>) -> io::Result<(usize, usize)> {
    seen.push(text.len() as u32);
    server.call_later().await?;
    seen.push(0);
    Ok((text.len(), seen.len()))
}

#[tokio::test(start_paused = true)]
async fn references_shared_and_unique() {
    let server = Flaky::failing(2);
    let mut seen = Vec::new();
    let found = borrowed(&server, "text", &mut seen).await;
    assert_third(&server, found, (4, 4));
    assert_eq!(seen, [4, 4, 4, 0]);
}

#[retry]
async fn owned(server: Flaky, name: String, list: Vec<u8>, bytes: Box<[u8]>) -> io::Result<usize> {
    server.call_later().await?;
    Ok(name.len() + list.iter().count() + bytes.len())
}

#[tokio::test(start_paused = true)]
async fn owned_arguments_are_lent_to_each_attempt() {
    let server = Flaky::failing(2);
    let call = owned(server.clone(), "name".into(), vec![1, 2], Box::new([3]));
    assert_third(&server, tokio::spawn(call).await.unwrap(), 7);
}

#[retry]
async fn cloned_in_the_body(server: Flaky, name: String) -> io::Result<String> {
    let name = name.clone();
    server.call_later().await?;
    Ok(name)
}

#[tokio::test(start_paused = true)]
async fn what_the_body_moves_it_clones() {
    let server = Flaky::failing(2);
    let found = cloned_in_the_body(server.clone(), "name".into()).await;
    assert_third(&server, found, "name".to_string());
}

/// `Send`, but not `Sync`: a shared borrow of it over an await would take
/// `Send` from the future.
#[retry]
async fn not_sync(
    server: Flaky,
    cell: Cell<u32>,
    shared: RefCell<Vec<u32>>,
    (nested, Pair { left, .. }): (Cell<u32>, Pair<Cell<u32>>),
    dynamic: Box<dyn Fn() -> u32 + Send>,
) -> io::Result<u32> {
    cell.set(cell.get() + 1);
    shared.borrow_mut().push(cell.get());
    nested.set(nested.get() + 10);
    left.set(left.get() + 100);
    sleep(Duration::from_millis(1)).await;
    server.call()?;
    Ok(cell.get() + nested.get() + left.get() + shared.borrow().len() as u32 + dynamic())
}

#[tokio::test(start_paused = true)]
async fn arguments_that_are_send_but_not_sync_over_an_await() {
    let server = Flaky::failing(2);
    let pair = Pair {
        left: Cell::new(0),
        right: Cell::new(0),
    };
    assert_eq!(pair.right.get(), 0);
    let call = not_sync(
        server.clone(),
        Cell::new(0),
        RefCell::default(),
        (Cell::new(0), pair),
        Box::new(|| 1),
    );
    assert_third(&server, tokio::spawn(call).await.unwrap(), 337);
}
