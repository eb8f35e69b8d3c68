//! The checks of idempotency cost nothing at run time.

use allocation_counter::measure;
use retry_runtime::{IdempotencyKey, Operation, non_idempotent, retry};
use std::future::Future;
use std::io;
use std::mem::size_of_val;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tokio::task::yield_now;

/// Runs a future that waits for nothing, without any runtime.
fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("waits for something"),
    }
}

#[derive(Operation)]
#[operation(keyed)]
struct PlaceOrder([u8; 64]);

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry(key = key)]
async fn place(order: &PlaceOrder) -> io::Result<u128> {
    let charged = charge(u64::from(order.0[0])).assume_idempotent().await?;
    Ok(key.as_u128() | u128::from(charged))
}

#[test]
fn nothing_is_allocated() {
    let order = PlaceOrder([1; 64]);
    // The first key of a thread asks the operating system for random bits.
    let _ = IdempotencyKey::new();
    let info = measure(|| assert!(run(place(&order)).is_ok()));
    assert_eq!(info.count_total, 0);
    let info = measure(|| assert!(run(charge(1)).is_ok()));
    assert_eq!(info.count_total, 0);
}

/// The same function by hand, marked and unmarked.
macro_rules! twins {
    ($($name:ident($($arguments:tt)*) -> $output:ty $body:block)*) => {
        mod plain {
            use super::*;
            $(pub async fn $name($($arguments)*) -> $output $body)*
        }
        mod marked {
            use super::*;
            $(#[non_idempotent] pub async fn $name($($arguments)*) -> $output $body)*
        }
    };
}

twins! {
    nothing() -> () {}
    arguments(text: String, list: Vec<u8>) -> usize {
        yield_now().await;
        text.len() + list.len()
    }
    buffer(count: u8) -> u8 {
        let buffer = [count; 256];
        yield_now().await;
        buffer[0]
    }
}

#[test]
fn a_marked_future_takes_no_more_room() {
    macro_rules! compare {
        ($($name:ident($($argument:expr),*))*) => {$(
            let marked = size_of_val(&marked::$name($($argument),*));
            let plain = size_of_val(&plain::$name($($argument),*));
            assert!(marked <= plain, "{}: {marked} > {plain}", stringify!($name));
        )*};
    }
    compare! {
        nothing()
        arguments(String::new(), Vec::new())
        buffer(1)
    }
}

/// What an attempt awaits takes the room that it takes without the check:
/// a macro of its own keeps its tokens, so nothing in it is looked at.
macro_rules! unseen {
    ($($tokens:tt)*) => { $($tokens)* };
}

mod seen {
    use super::*;

    #[retry]
    pub async fn calls(order: &[u8; 256]) -> io::Result<u8> {
        let copy = marked::buffer(order[0]).assume_idempotent().await;
        let big = big(order).await;
        let boxed = Box::pin(big_by_value(*order)).await;
        tokio::select! {
            first = plain::buffer(1) => Ok(first + copy + big + boxed),
            second = plain::buffer(2) => Ok(second),
        }
    }
}

mod hidden {
    use super::*;

    #[retry]
    pub async fn calls(order: &[u8; 256]) -> io::Result<u8> {
        unseen! {
            let copy = marked::buffer(order[0]).assume_idempotent().await;
            let big = big(order).await;
            let boxed = Box::pin(big_by_value(*order)).await;
            tokio::select! {
                first = plain::buffer(1) => Ok(first + copy + big + boxed),
                second = plain::buffer(2) => Ok(second),
            }
        }
    }
}

async fn big(order: &[u8; 256]) -> u8 {
    let copy = *order;
    yield_now().await;
    copy[0]
}

async fn big_by_value(order: [u8; 256]) -> u8 {
    yield_now().await;
    order[0]
}

#[test]
fn what_is_looked_at_takes_no_more_room() {
    let order = [0; 256];
    assert_eq!(
        size_of_val(&seen::calls(&order)),
        size_of_val(&hidden::calls(&order))
    );
    assert!(size_of_val(&seen::calls(&order)) > 256);
}
