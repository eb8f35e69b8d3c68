//! What is handed to the calls that a retried body awaits: inferred, coerced and
//! lent as it is without the attribute.
#![deny(warnings)]

use futures::StreamExt as _;
use retry_runtime::{IdempotencyKey, NonIdempotent, Operation, non_idempotent, retry};
use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::future::{Future, ready};
use std::io;

async fn get<T: Default + Debug>(value: T) -> io::Result<T> {
    Ok(value)
}

async fn number(value: u32) -> u32 {
    value
}

async fn dynamic(show: &dyn Debug, boxed: Box<dyn Fn(u8) -> u8 + Send>) -> u8 {
    boxed(format!("{show:?}").len().try_into().unwrap_or(0))
}

async fn slice(list: &[u8], text: &str) -> usize {
    list.len() + text.len()
}

async fn change(list: &mut Vec<u8>) -> &mut Vec<u8> {
    list.push(1);
    list
}

async fn map<A, B>(value: A, with: impl Fn(A) -> B) -> B {
    with(value)
}

async fn parsed<T: std::str::FromStr>(value: Result<T, T::Err>) -> Option<T> {
    value.ok()
}

fn list() -> Vec<u8> {
    vec![1]
}

fn lent(list: &mut Vec<u8>) -> &mut Vec<u8> {
    list
}

const LIMIT: u32 = 3;
static NAME: &str = "name";

#[retry]
pub async fn inferred() -> io::Result<u32> {
    let text: String = get(Default::default()).await?;
    let numbers: Vec<u32> = get("1 2".split(' ').filter_map(|n| n.parse().ok()).collect()).await?;
    let many: HashMap<u8, u8> = get([(1, 2)].into_iter().collect()).await?;
    let one = parsed::<u32>("1".parse()).await;
    let sum = number([1, 2].iter().sum()).await + number(7u8.into()).await + number(LIMIT).await;
    let doubled = map(2, |n| n * 2).await + map(1_u8, Into::<u32>::into).await;
    let same = map(NAME, ToString::to_string).await.len() + map(NAME, str::len).await;
    let of = map(sum, ready).await.await;
    assert!(text.is_empty() && numbers.len() + many.len() + same > 0);
    Ok(doubled + of + one.unwrap_or_default())
}

#[retry]
pub async fn coerced() -> io::Result<usize> {
    let length = dynamic(&list(), Box::new(|n| n + 1)).await;
    let shared = String::from("x");
    Ok(slice(&list(), &shared).await
        + slice(&list()[..], shared.as_ref()).await
        + usize::from(length))
}

#[retry]
pub async fn lent_again() -> io::Result<usize> {
    let mut owned = list();
    let variable = &mut owned;
    change(variable).await;
    change(variable).await;
    change(lent(variable)).await;
    change(lent(lent(variable))).await;
    if let Some(inner) = Some(&mut *variable) {
        change(inner).await;
        change(inner).await;
    }
    change(&mut owned).await;
    Ok(owned.len())
}

#[retry]
pub async fn argument_lent_again(variable: &mut Vec<u8>) -> io::Result<usize> {
    change(variable).await;
    change(variable).await;
    let last = change(variable).await;
    Ok(last.len())
}

#[retry]
pub fn lent_before(variable: &mut Vec<u8>) -> impl Future<Output = io::Result<usize>> + '_ {
    let limit = variable.len();
    let this = variable;
    async move {
        change(this).await;
        change(this).await;
        Ok(this.len().min(limit))
    }
}

/// Arguments that do not come to an end, and structs whose fields go by their variables.
#[retry]
pub async fn diverging(given: Option<u32>) -> io::Result<u32> {
    fn stop() -> ! {
        panic!("never")
    }
    struct Made {
        first: u32,
        second: Option<u32>,
    }
    async fn sum(made: Made) -> u32 {
        made.first + made.second.unwrap_or_default()
    }
    let first = number(if given.is_none() { stop() } else { 1 }).await;
    let second = given.map(|n| n + 1);
    let _ = number(given.unwrap_or_else(|| std::process::exit(1))).await;
    let third = number(match given {
        Some(n) => n,
        None => return Ok(0),
    })
    .await;
    Ok(sum(Made { first, second }).await + third)
}

/// A type that is known only after it is awaited.
#[retry]
pub async fn known_later() -> io::Result<u64> {
    let wait = |later| async move { later.await };
    wait(ready(())).await;
    Ok(futures::stream::iter([1, 2])
        .then(|n| async move { ready(n).await })
        .count()
        .await as u64)
}

/// Functions of one's own that are called like those that run futures.
#[retry]
pub async fn same_names() -> io::Result<u64> {
    fn join<T: Default>(one: T, _: T) -> T {
        one
    }
    fn select<T: Into<u64>>(one: T) -> u64 {
        one.into()
    }
    fn spawn(job: Box<dyn FnOnce(&str) -> usize>) -> usize {
        job("job")
    }
    async fn timeout<T: Default>(value: T) -> T {
        value
    }
    let joined: Vec<u8> = join(Default::default(), Vec::new());
    let parsed: u64 = join("1".parse().unwrap_or_default(), select(7_u8));
    let length = spawn(Box::new(|text| text.len()));
    let late: Option<u8> = timeout(Default::default()).await;
    Ok(parsed + joined.len() as u64 + length as u64 + u64::from(late.unwrap_or(0)))
}

#[derive(Operation)]
#[operation(idempotent)]
struct Rename<'a, T: ?Sized> {
    name: &'a str,
    to: Box<T>,
}

#[derive(Operation)]
#[operation(keyed)]
struct Place {
    item: u64,
}

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge {
    pub cents: u64,
}

async fn rename(rename: Rename<'_, dyn Display + Send + Sync>) -> io::Result<usize> {
    Ok(rename.name.len() + rename.to.to_string().len())
}

async fn place(place: &Place, _: &IdempotencyKey) -> io::Result<u64> {
    Ok(place.item)
}

#[retry]
pub async fn operations() -> io::Result<usize> {
    let made = Rename {
        name: "a",
        to: Box::new(1) as Box<dyn Display + Send + Sync>,
    };
    let first = rename(made).await?;
    Ok(first
        + rename(Rename {
            name: "a",
            to: Box::new(1),
        })
        .await?)
}

#[retry(key = key)]
pub async fn keyed() -> io::Result<u64> {
    let order = Place { item: 1 };
    Ok(place(&order, &key).await? + place(&Place { item: 2 }, &key).await?)
}

/// What is only made does not run.
#[retry]
pub async fn made() -> io::Result<Charge> {
    let cents = number(1).await.into();
    Ok(Charge { cents })
}

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
pub async fn prepared() -> io::Result<NonIdempotent<impl Future<Output = io::Result<u64>>>> {
    let cents = number(1).await.into();
    let charging = charge(cents);
    Ok(charging)
}

async fn within<F: Future>(future: F) -> F::Output {
    future.await
}

#[retry]
pub async fn assumed() -> io::Result<u64> {
    let charging = charge(1);
    let _ = within(charging.assume_idempotent()).await?;
    tokio::select! {
        charged = charge(2).assume_idempotent() => charged,
    }
}

#[tokio::test]
async fn bodies_run_as_they_do_without() {
    assert_eq!(inferred().await.unwrap(), 19);
    assert_eq!(coerced().await.unwrap(), 8);
    assert_eq!(lent_again().await.unwrap(), 8);
    assert_eq!(argument_lent_again(&mut list()).await.unwrap(), 4);
    assert_eq!(lent_before(&mut list()).await.unwrap(), 1);
    assert_eq!(known_later().await.unwrap(), 2);
    assert_eq!(diverging(Some(1)).await.unwrap(), 4);
    assert_eq!(same_names().await.unwrap(), 4);
    assert_eq!(operations().await.unwrap(), 4);
    assert_eq!(keyed().await.unwrap(), 3);
    assert_eq!(made().await.unwrap().cents, 1);
    assert_eq!(prepared().await.unwrap().await.unwrap(), 1);
    assert_eq!(assumed().await.unwrap(), 2);
}
