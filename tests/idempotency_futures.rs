//! What `#[non_idempotent]` makes of a function: a future with a mark, which
//! is awaited like the one that it marks.

#![deny(warnings)]
#![allow(async_fn_in_trait)]

use async_trait::async_trait;
use futures::future::BoxFuture;
use retry_runtime::{NonIdempotent, non_idempotent};
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::future::{Future, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use tokio::task::yield_now;
use tracing::instrument;

/// The future is marked, and ends in `expected`.
macro_rules! check {
    ($($call:expr => $expected:expr;)*) => {$(
        let future: NonIdempotent<_> = $call;
        assert_eq!(future.await, $expected);
    )*};
}

#[non_idempotent]
async fn free(cents: u64) -> io::Result<u64> {
    let cents = ready(Ok::<_, io::Error>(cents)).await?;
    if cents == 0 {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(cents)
}

#[non_idempotent]
async fn nothing() {}

#[non_idempotent]
async fn generic<T, const N: usize>(value: &T, list: [u8; N]) -> String
where
    T: Debug + Sync + ?Sized,
{
    yield_now().await;
    format!("{value:?} {list:?}")
}

#[non_idempotent]
async fn impl_trait(text: impl AsRef<str>) -> impl Iterator<Item = u8> {
    text.as_ref().to_owned().into_bytes().into_iter()
}

#[non_idempotent]
async fn elided(text: &str) -> &str {
    text.trim()
}

#[non_idempotent]
async fn named<'a>(text: &'a str, _other: &str) -> &'a str {
    text
}

#[non_idempotent]
async fn boxed_value(text: &str) -> Box<dyn Debug> {
    if text.is_empty() {
        return Box::new(0);
    }
    Box::new(text.to_owned())
}

#[non_idempotent]
async fn patterns(mut total: u64, (a, mut b): (u64, u64), _: u64, [first, ..]: [u64; 2]) -> u64 {
    b += first;
    total += a + b;
    total
}

#[non_idempotent]
async fn left_out(cents: u64, #[cfg(any())] nothing: NoSuchType) -> u64 {
    cents
}

#[non_idempotent]
fn returns_future(cents: u64) -> impl Future<Output = u64> + Send {
    let doubled = cents * 2;
    async move { doubled }
}

#[non_idempotent]
fn returns_lent_future<'a>(cents: &'a u64) -> impl Future<Output = u64> + Send + 'a {
    async move { *cents }
}

#[non_idempotent]
fn returns_box(cents: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    if cents == 0 {
        return Box::pin(ready(0));
    }
    Box::pin(async move { cents })
}

#[non_idempotent]
fn returns_box_future(text: &str) -> BoxFuture<'_, usize> {
    Box::pin(async move { text.len() })
}

#[non_idempotent]
fn returns_no_future(cents: u64) -> u64 {
    cents
}

#[tokio::test]
async fn functions() {
    let word = String::from(" x ");
    check! {
        nothing() => ();
        generic("a", [1, 2]) => "\"a\" [1, 2]";
        elided(&word) => "x";
        named(&word, "other") => " x ";
        patterns(1, (2, 3), 9, [4, 5]) => 10;
        left_out(1) => 1;
        returns_future(2) => 4;
        returns_lent_future(&3) => 3;
        returns_box(0) => 0;
        returns_box_future("abc") => 3;
    }
    assert_eq!(returns_box(3).await, 3);
    assert_eq!(free(7).await.unwrap(), 7);
    assert!(free(0).await.is_err());
    assert_eq!(impl_trait("ab").await.sum::<u8>(), 195);
    assert_eq!(format!("{:?}", boxed_value("").await), "0");
    assert_eq!(format!("{:?}", boxed_value("a").await), "\"a\"");
    assert_eq!(returns_no_future(1), 1);
}

#[derive(Default)]
struct Bank {
    charged: u64,
}

impl Bank {
    #[non_idempotent]
    async fn charge(&mut self, cents: u64) -> u64 {
        yield_now().await;
        self.charged += cents;
        self.charged
    }

    #[non_idempotent]
    async fn charged(&self) -> &u64 {
        &self.charged
    }

    #[non_idempotent]
    async fn longest<'a>(&self, a: &'a str, b: &'a str) -> &'a str {
        if a.len() > b.len() { a } else { b }
    }

    #[non_idempotent]
    async fn close(self) -> u64 {
        self.charged
    }

    #[non_idempotent]
    async fn shared(self: Arc<Self>) -> u64 {
        self.charged
    }
}

trait Native {
    #[non_idempotent]
    async fn add(&mut self, cents: u64) -> u64;

    #[non_idempotent]
    async fn add_twice(&mut self, cents: u64) -> u64 {
        self.add(cents).await;
        self.add(cents).await
    }

    async fn unmarked(&self) -> u64;
}

impl Native for Bank {
    #[non_idempotent]
    async fn add(&mut self, cents: u64) -> u64 {
        self.charge(cents).await
    }

    // The mark refines what the trait says.
    #[non_idempotent]
    async fn unmarked(&self) -> u64 {
        self.charged
    }
}

#[async_trait]
trait Boxed: Send {
    #[non_idempotent]
    async fn add(&mut self, cents: u64) -> u64;

    #[non_idempotent]
    async fn add_twice(&mut self, cents: u64) -> u64 {
        self.add(cents).await;
        self.add(cents).await
    }
}

#[async_trait]
impl Boxed for Bank {
    #[non_idempotent]
    #[instrument(skip(self))]
    async fn add(&mut self, cents: u64) -> u64 {
        self.charge(cents).await
    }
}

#[tokio::test]
async fn methods() {
    let mut bank = Bank::default();
    check! {
        bank.charge(2) => 2;
        bank.charged() => &2;
        bank.longest("a", "bc") => "bc";
        Native::add(&mut bank, 1) => 3;
        Native::add_twice(&mut bank, 1) => 5;
        bank.unmarked() => 5;
    }
    let boxed: &mut dyn Boxed = &mut bank;
    check! {
        boxed.add(1) => 6;
        boxed.add_twice(1) => 8;
    }
    check! {
        bank.close() => 8;
        Arc::new(Bank::default()).shared() => 0;
    }
}

#[non_idempotent]
#[instrument(err)]
async fn instrumented_below(cents: u64) -> io::Result<u64> {
    free(cents).await
}

#[instrument(err, ret)]
#[non_idempotent]
async fn instrumented_above(cents: u64) -> io::Result<u64> {
    free(cents).await
}

#[non_idempotent]
#[cfg_attr(all(), instrument(err))]
#[must_use = "the receipt matters"]
async fn instrumented_under_cfg_attr(cents: u64) -> io::Result<u64> {
    free(cents).await
}

#[async_trait]
trait Instrumented: Sync {
    #[instrument(skip(self), err)]
    #[non_idempotent]
    async fn charge_later(&self, cents: u64) -> io::Result<u64> {
        free(cents).await
    }
}

impl Instrumented for Bank {}

#[tokio::test]
async fn other_attributes() {
    assert_eq!(instrumented_below(1).await.unwrap(), 1);
    assert_eq!(instrumented_above(1).await.unwrap(), 1);
    assert_eq!(instrumented_under_cfg_attr(1).await.unwrap(), 1);
    assert!(instrumented_under_cfg_attr(0).await.is_err());
    let bank: &dyn Instrumented = &Bank::default();
    assert_eq!(bank.charge_later(1).await.unwrap(), 1);
    let marked: NonIdempotent<_> = instrumented_below(1);
    marked.await.unwrap();
}

#[test]
fn futures_stay_send() {
    fn assert_send<T: Send>(_: T) {}
    // `Cell` is `Send` and not `Sync`.
    #[non_idempotent]
    async fn not_sync(cell: Cell<u8>, (_, other): (u8, Cell<u8>)) -> u8 {
        yield_now().await;
        cell.get() + other.get()
    }
    assert_send(not_sync(Cell::new(1), (1, Cell::new(2))));
    assert_send(free(1));
    assert_send(generic("a", [1]));
    assert_send(instrumented_below(1));
    assert_send(Bank::default().charge(1));
    assert_send(returns_lent_future(&1));
}

thread_local! {
    static DROPPED: RefCell<String> = const { RefCell::new(String::new()) };
}

struct Noisy(char);

impl Drop for Noisy {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

/// The same function with and without the mark.
macro_rules! twins {
    ($($name:ident($($arguments:tt)*) $body:block)*) => {
        mod plain {
            use super::*;
            $(pub async fn $name($($arguments)*) $body)*
        }
        mod marked {
            use super::*;
            $(#[non_idempotent] pub async fn $name($($arguments)*) $body)*
        }
    };
}

twins! {
    used(a: Noisy, b: Noisy) {
        yield_now().await;
        assert_eq!((b.0, a.0), ('b', 'a'));
    }
    unused(_a: Noisy, _b: Noisy, _c: Noisy) { yield_now().await }
    moved(a: Noisy, b: Noisy, c: Noisy) {
        yield_now().await;
        drop((b, a.0, c.0));
    }
    taken_apart(a: Noisy, (b, _c): (Noisy, Noisy), _: Noisy, mut d: Noisy) {
        yield_now().await;
        d.0 = 'D';
        assert_eq!((b.0, a.0, d.0), ('b', 'a', 'D'));
    }
}

#[tokio::test]
async fn arguments_are_kept_and_dropped_as_in_an_async_fn() {
    /// Drops after one poll, and at the end.
    async fn dropped(future: impl Future<Output = ()>) -> (String, String, String) {
        DROPPED.take();
        let mut future = Box::pin(future);
        let at_the_call = DROPPED.take();
        assert_eq!(futures::poll!(&mut future), std::task::Poll::Pending);
        let at_first = DROPPED.take();
        future.await;
        (at_the_call, at_first, DROPPED.take())
    }
    macro_rules! same {
        ($($name:ident($($argument:expr),*) => $expected:literal)*) => {$(
            let marked = dropped(marked::$name($($argument),*)).await;
            assert_eq!(dropped(plain::$name($($argument),*)).await, marked);
            assert_eq!(marked, (String::new(), String::new(), $expected.into()), stringify!($name));
        )*};
    }
    let noisy = Noisy;
    same! {
        used(noisy('a'), noisy('b')) => "ba"
        unused(noisy('a'), noisy('b'), noisy('c')) => "cba"
        moved(noisy('a'), noisy('b'), noisy('c')) => "bca"
        taken_apart(noisy('a'), (noisy('b'), noisy('c')), noisy('_'), noisy('d')) => "D_cba"
    }
}
