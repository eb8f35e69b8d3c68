//! A retried future takes no more room than the same loop written by hand.

#[path = "support/look_on.rs"]
mod look_on;

use look_on::a_test_can_look_on;
use retry_runtime::retry;
use std::io;
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::sleep;

/// The loop as one writes it: the body in a block of its own, so that its `?`
/// ends the attempt; nothing but the counter and the delay is kept over the
/// sleep.
macro_rules! by_hand {
    ($body:block) => {{
        let mut attempts = 1_u32;
        let mut delay = Duration::from_millis(100);
        loop {
            let wait = {
                let outcome: io::Result<_> = async $body.await;
                if attempts > 3 || !is_transient(&outcome) {
                    return outcome;
                }
                delay.mul_f64(1.0 - 0.5 * fastrand::f64())
            };
            sleep(wait).await;
            attempts += 1;
            delay = delay.mul_f64(1.5).min(Duration::from_secs(1));
        }
    }};
}

fn is_transient<T>(outcome: &io::Result<T>) -> bool {
    matches!(outcome, Err(error) if error.kind() == io::ErrorKind::TimedOut)
}

macro_rules! pair {
    ($($name:ident($($arguments:tt)*) -> $output:ty $body:block)*) => {
        mod retried {
            use super::*;
            $(#[retry] pub async fn $name($($arguments)*) -> io::Result<$output> $body)*
        }
        mod written {
            use super::*;
            $(pub async fn $name($($arguments)*) -> io::Result<$output> { by_hand!($body) })*
        }
    };
}

pair! {
    tiny() -> u32 {
        yield_now().await;
        Ok(1)
    }
    buffer() -> u8 {
        let mut buffer = [0; 1024];
        fill(&mut buffer).await?;
        Ok(buffer[0])
    }
    two_calls() -> u32 {
        let first = tiny().await?;
        Ok(first + tiny().await?)
    }
    two_calls_with_a_buffer() -> u8 {
        let first = buffer().await?;
        Ok(first + buffer().await?)
    }
    owned(name: String, list: Vec<u8>) -> usize {
        yield_now().await;
        Ok(name.len() + list.len())
    }
    borrowed(name: &str, number: &mut u32) -> usize {
        *number += 1;
        yield_now().await;
        Ok(name.len())
    }
    mutable(mut number: u64) -> u64 {
        number += 1;
        yield_now().await;
        Ok(number)
    }
}

async fn fill(buffer: &mut [u8]) -> io::Result<()> {
    yield_now().await;
    buffer.fill(1);
    Ok(())
}

struct Client {
    name: String,
}

impl Client {
    #[retry]
    async fn retried(&self, text: String, number: u64) -> io::Result<usize> {
        yield_now().await;
        Ok(self.name.len() + text.len() + usize::from(number > 0))
    }

    async fn written(&self, text: String, number: u64) -> io::Result<usize> {
        by_hand!({
            yield_now().await;
            Ok(self.name.len() + text.len() + usize::from(number > 0))
        })
    }
}

/// Both sizes, and whether the retried one is at most the other.
fn compare<R, W>(name: &str, retried: &R, written: &W) -> bool {
    let (retried, written) = (size_of_val(retried), size_of_val(written));
    println!("{name:24} {retried:6} {written:6}");
    retried <= written
}

#[test]
fn no_more_than_by_hand() {
    if a_test_can_look_on() {
        return;
    }
    println!("{:24} {:>6} {:>6}", "bytes", "retry", "hand");
    let client = Client {
        name: String::new(),
    };
    let text = String::new;
    let (mut one, mut other) = (0, 0);
    let all = [
        compare("tiny", &retried::tiny(), &written::tiny()),
        compare("buffer", &retried::buffer(), &written::buffer()),
        compare("two calls", &retried::two_calls(), &written::two_calls()),
        compare(
            "two calls with a buffer",
            &retried::two_calls_with_a_buffer(),
            &written::two_calls_with_a_buffer(),
        ),
        compare(
            "owned",
            &retried::owned(text(), vec![]),
            &written::owned(text(), vec![]),
        ),
        compare(
            "borrowed",
            &retried::borrowed("", &mut one),
            &written::borrowed("", &mut other),
        ),
        compare("mutable", &retried::mutable(0), &written::mutable(0)),
        compare(
            "method",
            &client.retried(text(), 0),
            &client.written(text(), 0),
        ),
    ];
    assert!(all.iter().all(|smaller| *smaller));
}
