//! Arguments that are patterns, and those that are `mut`.

use crate::common::{Flaky, assert_third};
use retry_runtime::retry;
use std::cell::Cell;
use std::fmt::Debug;
use std::io;
use std::time::Duration;
use tokio::time::sleep;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<T> {
    pub(crate) left: T,
    pub(crate) right: T,
}

#[derive(Clone, Copy)]
struct Wrapped(u32);

#[retry]
async fn patterns(
    server: &Flaky,
    (name, Wrapped(number)): (String, Wrapped),
    Pair {
        left,
        right: [first, .., last],
    }: Pair<[u32; 3]>,
    &copied: &u32,
    Pair { left: text, .. }: &Pair<String>,
    _: u64,
    whole @ Wrapped(_): Wrapped,
) -> io::Result<u32> {
    server.call_later().await?;
    Ok(name.len() as u32 + number + left[0] + first + last + copied + text.len() as u32 + whole.0)
}

#[tokio::test(start_paused = true)]
async fn pattern_arguments() {
    let server = Flaky::failing(2);
    let texts = Pair {
        left: "four".to_string(),
        right: String::new(),
    };
    let numbers = Pair {
        left: [1, 0, 0],
        right: [10, 0, 20],
    };
    let named = ("name".to_string(), Wrapped(2));
    let found = patterns(&server, named, numbers, &100, &texts, 0, Wrapped(1000)).await;
    assert_third(&server, found, 4 + 2 + 1 + 30 + 100 + 4 + 1000);
}

#[retry]
async fn mutable(
    server: &Flaky,
    mut count: u32,
    mut rest: &[u32],
    mut unique: &mut [u32],
    (
        mut nested,
        Pair {
            left: mut deep,
            right: (mut deeper, _),
        },
    ): (u32, Pair<(u32, u32)>),
) -> io::Result<Vec<u32>> {
    count += 1;
    rest = &rest[1..];
    unique[0] += 1;
    unique = &mut unique[1..];
    nested += 1;
    deep.0 += 1;
    deeper += 1;
    let unique = unique.len() as u32;
    server.call_later().await?;
    Ok(vec![
        count,
        rest.len() as u32,
        unique,
        nested,
        deep.0,
        deeper,
    ])
}

#[tokio::test(start_paused = true)]
async fn mut_arguments_start_anew_in_each_attempt() {
    let server = Flaky::failing(2);
    let mut unique = [0, 0, 0];
    let pair = Pair {
        left: (2, 0),
        right: (3, 0),
    };
    let found = mutable(&server, 0, &[1, 2, 3], &mut unique, (1, pair)).await;
    assert_third(&server, found, vec![1, 2, 2, 2, 3, 4]);
    assert_eq!(unique[0], 3, "what stands behind a `&mut` is the caller's");
}

#[retry]
fn mutable_sync(
    server: &Flaky,
    mut count: u32,
    (mut nested, _): (u32, u32),
    mut rest: &[u8],
) -> io::Result<u32> {
    count += 1;
    nested += 1;
    rest = &rest[1..];
    server.call()?;
    Ok(count + nested + rest.len() as u32)
}

#[test]
fn mut_arguments_start_anew_in_a_sync_fn() {
    let server = Flaky::failing(2);
    assert_third(&server, mutable_sync(&server, 0, (0, 0), b"ab"), 3);
}

#[retry]
async fn unusual(
    server: Flaky,
    r#type: Cell<u32>,
    [mut first, second]: [u32; 2],
    Pair {
        left: [cell, _], ..
    }: Pair<[Cell<u32>; 2]>,
    ((deep, mut deeper), ..): ((Cell<u32>, u32), u8, u8),
) -> io::Result<u32> {
    first += 1;
    deeper += 1;
    sleep(Duration::from_millis(1)).await;
    server.call()?;
    Ok(r#type.get() + first + second + cell.get() + deep.get() + deeper)
}

#[tokio::test(start_paused = true)]
async fn patterns_that_the_signature_says_little_of() {
    let server = Flaky::failing(2);
    let cells = || [Cell::new(100), Cell::new(0)];
    let pair = Pair {
        left: cells(),
        right: cells(),
    };
    assert_eq!(pair.right, cells());
    let tuple = ((Cell::new(1000), 0), 0, 0);
    let call = unusual(server.clone(), Cell::new(1), [10, 20], pair, tuple);
    assert_third(
        &server,
        tokio::spawn(call).await.unwrap(),
        1 + 31 + 100 + 1001,
    );
}

/// `r#name` and `name` are one variable.
#[retry]
async fn spelt_in_two_ways(server: &Flaky, mut r#number: u32, mut count: u32) -> io::Result<u32> {
    number += 1;
    r#count += number;
    server.call_later().await?;
    Ok(count)
}

#[retry]
fn spelt_in_two_ways_and_sync(server: &Flaky, mut r#number: u32) -> io::Result<u32> {
    number += 1;
    server.call()?;
    Ok(number)
}

#[tokio::test(start_paused = true)]
async fn a_raw_identifier_starts_from_the_calls_argument_too() {
    let server = Flaky::failing(2);
    assert_third(&server, spelt_in_two_ways(&server, 1, 10).await, 12);
    let server = Flaky::failing(2);
    assert_third(&server, spelt_in_two_ways_and_sync(&server, 1), 2);
}
