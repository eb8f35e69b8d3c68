//! Functions that are not async.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use common::{Flaky, assert_third};
use retry_runtime::retry;
use std::cell::Cell;
use std::io;

/// No test waits for the real clock.
fn at_once(_: std::time::Duration) {}

#[retry(sleep = at_once)]
fn plain(server: &Flaky) -> io::Result<u32> {
    server.call()
}

#[retry(sleep = at_once)]
fn owned(server: Flaky, name: String, cell: Cell<u32>, list: Vec<u8>) -> io::Result<usize> {
    cell.set(cell.get() + 1);
    let number = server.call()?;
    Ok(name.len() + list.len() + (cell.get() + number) as usize)
}

#[retry(sleep = at_once)]
fn unique(server: &Flaky, seen: &mut Vec<u32>) -> io::Result<usize> {
    seen.push(1);
    let number = match server.call() {
        Ok(number) => number,
        Err(error) => return Err(error),
    };
    seen.push(number);
    Ok(seen.len())
}

#[retry(sleep = at_once)]
fn borrowing<'t>(server: &Flaky, text: &'t str) -> io::Result<&'t str> {
    server.call()?;
    Ok(&text[1..])
}

#[retry(sleep = at_once)]
fn dynamic(server: &Flaky) -> Result<Box<dyn Fn(u32) -> u32>, io::Error> {
    let number = server.call()?;
    Ok(Box::new(move |more| number + more))
}

#[retry(sleep = at_once)]
fn opaque(server: &Flaky) -> Result<impl Iterator<Item = u32> + use<>, io::Error> {
    let number = server.call()?;
    Ok(0..number)
}

#[retry(sleep = at_once)]
fn generic<T: Clone, const N: usize>(server: impl AsRef<Flaky>, value: [T; N]) -> io::Result<Vec<T>>
where
    T: PartialEq,
{
    server.as_ref().call()?;
    Ok(value.to_vec())
}

#[test]
fn arguments_and_results() {
    let server = Flaky::failing(2);
    assert_third(&server, plain(&server), 3);
    let server = Flaky::failing(2);
    let found = owned(server.clone(), "four".into(), Cell::new(0), vec![1]);
    assert_third(&server, found, 11);
    let server = Flaky::failing(2);
    assert_third(&server, unique(&server, &mut Vec::new()), 4);
    let server = Flaky::failing(2);
    let text = String::from("text");
    assert_third(&server, borrowing(&server, &text), "ext");
    let server = Flaky::failing(2);
    assert_third(&server, dynamic(&server).map(|add| add(1)), 4);
    let server = Flaky::failing(2);
    assert_third(&server, opaque(&server).map(Iterator::count), 3);
    let server = Flaky::failing(2);
    assert_third(&server, generic(&server, ["a", "b"]), vec!["a", "b"]);
}

struct Client {
    server: Flaky,
    reconnects: u32,
}

trait Get {
    fn get(&mut self) -> io::Result<u32>;

    #[retry(sleep = at_once)]
    fn default_body(&self, server: &Flaky) -> io::Result<u32> {
        server.call()
    }
}

impl Get for Client {
    #[retry(sleep = at_once, before_retry = |_| self.reconnect(), attempt = at)]
    fn get(&mut self) -> io::Result<u32> {
        assert_eq!(at.number(), self.reconnects + 1);
        self.server.call()?;
        Ok(self.reconnects)
    }
}

impl Client {
    fn reconnect(&mut self) {
        self.reconnects += 1;
    }
}

#[test]
fn methods_of_traits() {
    let server = Flaky::failing(2);
    let mut client = Client {
        server: server.clone(),
        reconnects: 0,
    };
    assert_third(&server, client.get(), 2);
    let server = Flaky::failing(2);
    assert_third(&server, client.default_body(&server), 3);
}

#[test]
fn retries_that_end_give_the_last_error() {
    let server = Flaky::failing(9);
    assert_eq!(plain(&server).unwrap_err().to_string(), "call 4");
    let server = Flaky::failing_with(9, io::ErrorKind::PermissionDenied);
    assert_eq!(plain(&server).unwrap_err().to_string(), "call 1");
}
