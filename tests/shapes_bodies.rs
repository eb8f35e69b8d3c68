//! Control flow inside a retried body: it ends the attempt, never the call.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use common::{Flaky, assert_third};
use retry_runtime::{Transient, Verdict, non_idempotent, retry, retry_unsent};
use std::io;
use std::time::Duration;
use tokio::time::sleep;

#[derive(Debug, PartialEq)]
enum Fault {
    Io(io::ErrorKind),
    Odd,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Io(kind) => io::Error::from(*kind).verdict(),
            Self::Odd => Verdict::permanent(),
        }
    }
}

#[retry]
async fn question_mark(server: &Flaky) -> Result<u32, Fault> {
    let number = server.call_later().await?;
    Ok(server.call().map(|second| second - number + 2)?)
}

#[retry]
async fn early_return(server: &Flaky) -> Result<u32, Fault> {
    let number = match server.call_later().await {
        Ok(number) if number > 9 => return Err(Fault::Odd),
        Ok(number) => number,
        Err(error) => return Err(error.into()),
    };
    if number == 3 {
        return Ok(number);
    }
    Err(Fault::Odd)
}

#[retry]
async fn let_else(server: &Flaky) -> io::Result<u32> {
    let Ok(number) = server.call_later().await else {
        return Err(io::ErrorKind::TimedOut.into());
    };
    Ok(number)
}

#[tokio::test(start_paused = true)]
async fn question_marks_and_returns_end_the_attempt() {
    let server = Flaky::failing(2);
    assert_eq!(question_mark(&server).await, Ok(3));
    assert_eq!(server.calls(), 4, "the attempt that succeeds calls twice");
    let server = Flaky::failing(2);
    assert_third(&server, early_return(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, let_else(&server).await, 3);
    let server = Flaky::failing(3);
    assert_eq!(early_return(&server).await, Err(Fault::Odd));
    assert_eq!(server.calls(), 4);
}

#[retry]
async fn inside_macros(server: &Flaky) -> io::Result<(usize, String)> {
    let list = vec![server.call_later().await?, 1];
    assert!(list[0] > 2, "{}", server.calls());
    let text = format!(
        "{}",
        match list.first() {
            Some(number) => number,
            None => return Err(io::ErrorKind::NotFound.into()),
        }
    );
    Ok((list.len(), text))
}

#[retry]
async fn returns_inside_macros(server: &Flaky) -> io::Result<u32> {
    let found = tokio::select! {
        found = server.call_later() => found?,
        () = sleep(Duration::from_secs(9)) => return Err(io::ErrorKind::NotFound.into()),
    };
    let (number, ()) = tokio::try_join!(async { Ok::<_, io::Error>(found) }, async { Ok(()) })?;
    Ok(number)
}

#[tokio::test(start_paused = true)]
async fn question_marks_inside_macros_end_the_attempt() {
    let server = Flaky::failing(2);
    assert_third(&server, inside_macros(&server).await, (2, "3".to_string()));
    let server = Flaky::failing(2);
    assert_third(&server, returns_inside_macros(&server).await, 3);
}

#[retry]
async fn closures(server: &Flaky) -> io::Result<u32> {
    let twice = |number: u32| -> io::Result<u32> {
        let text = number.to_string();
        let parsed: u32 = text.parse().map_err(|_| io::ErrorKind::InvalidData)?;
        if parsed > 99 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(server.call()? + parsed)
    };
    let found = twice(10)?;
    [1, 2].into_iter().try_for_each(|_| {
        sum(found)?;
        io::Result::Ok(())
    })?;
    Ok(found)
}

fn sum(number: u32) -> io::Result<u32> {
    Ok(number)
}

#[retry]
async fn async_closures(server: &Flaky) -> io::Result<u32> {
    let call = async |more: u32| {
        let number = server.call_later().await?;
        io::Result::Ok(number + more)
    };
    call(10).await
}

#[tokio::test(start_paused = true)]
async fn question_marks_inside_closures_stay_there() {
    let server = Flaky::failing(2);
    assert_third(&server, closures(&server).await, 13);
    let server = Flaky::failing(2);
    assert_third(&server, async_closures(&server).await, 13);
}

#[retry]
async fn nested_blocks(server: &Flaky) -> Result<u32, Fault> {
    let inner = async {
        let number = server.call_later().await?;
        if number > 9 {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok::<u32, io::Error>(number)
    };
    let number = inner.await?;
    let spawned = tokio::spawn({
        let server = server.clone();
        async move { io::Result::Ok(server.calls()) }
    });
    let calls = spawned.await.map_err(io::Error::from)??;
    Ok(number * 10 + calls)
}

#[tokio::test(start_paused = true)]
async fn async_blocks_inside_keep_their_own_control_flow() {
    let server = Flaky::failing(2);
    assert_third(&server, nested_blocks(&server).await, 33);
}

#[retry]
async fn loops(server: &Flaky, rows: &[&[u32]]) -> io::Result<u32> {
    let mut sum = 0;
    'rows: for row in rows {
        for number in *row {
            if *number == 0 {
                continue 'rows;
            }
            if *number > 99 {
                break 'rows;
            }
            sum += number;
        }
    }
    let number = loop {
        if let Ok(number) = server.call_later().await {
            break number;
        }
        while sum > 0 {
            return Err(io::ErrorKind::TimedOut.into());
        }
    };
    let labelled = 'block: {
        if number == 3 {
            break 'block 10;
        }
        0
    };
    Ok(sum + labelled)
}

#[tokio::test(start_paused = true)]
async fn loops_and_labels() {
    let server = Flaky::failing(2);
    let rows: &[&[u32]] = &[&[1, 0, 7], &[2, 100, 7], &[7]];
    assert_third(&server, loops(&server, rows).await, 13);
}

#[retry]
async fn items_inside(server: &Flaky) -> io::Result<u32> {
    use std::ops::Add as _;
    const MORE: u32 = 10;
    static AGAIN: u32 = 20;
    struct Sum(u32);
    impl Sum {
        fn total(&self) -> u32 {
            return self.0.add(MORE);
        }
    }
    fn helper(number: u32) -> io::Result<u32> {
        Ok(number + 0 * sum(number)?)
    }
    let number = helper(server.call_later().await?)?;
    Ok(Sum(number).total() + AGAIN)
}

#[retry]
#[allow(
    unreachable_code,
    clippy::diverging_sub_expression,
    reason = "the shape under test"
)]
async fn without_a_tail(server: &Flaky) -> io::Result<u32> {
    return server.call_later().await;
}

#[retry]
async fn unsafe_and_match(server: &Flaky) -> io::Result<u32> {
    match unsafe { *std::ptr::from_ref(&server.call_later().await?) } {
        0 => unreachable!(),
        number @ 1..=9 => Ok(number),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

#[retry]
async fn diverging(server: &Flaky) -> io::Result<u32> {
    loop {
        return server.call_later().await;
    }
}

#[tokio::test(start_paused = true)]
async fn items_and_odd_tails() {
    let server = Flaky::failing(2);
    assert_third(&server, items_inside(&server).await, 33);
    let server = Flaky::failing(2);
    assert_third(&server, without_a_tail(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, unsafe_and_match(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, diverging(&server).await, 3);
}

#[retry(max = 2)]
async fn outer(server: &Flaky) -> io::Result<u32> {
    inner(server).await
}

#[retry(max = 2)]
async fn inner(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[retry]
async fn recursive(server: &Flaky, depth: u32) -> io::Result<u32> {
    if depth == 0 {
        return server.call_later().await;
    }
    Box::pin(recursive(server, depth - 1)).await
}

#[tokio::test(start_paused = true)]
async fn retried_calls_inside_retried_bodies() {
    let server = Flaky::failing(2);
    assert_third(&server, outer(&server).await, 3);
    let server = Flaky::failing(9);
    assert_eq!(outer(&server).await.unwrap_err().to_string(), "call 5");
    let server = Flaky::failing(2);
    assert_third(&server, recursive(&server, 3).await, 3);
}

macro_rules! by_macro {
    ($name:ident($server:ident, $argument:ident: $ty:ty) -> $ok:ty, $max:expr, $delay:literal, $on:expr, $body:block) => {
        #[retry(max = $max, backoff = $delay, on = $on)]
        async fn $name($server: &Flaky, mut $argument: $ty) -> io::Result<$ok> $body
    };
}

by_macro!(made_by_a_macro(server, number: u32) -> u32, 2, "fixed(1ms)", |_| true, {
    number += 1;
    Ok(server.call_later().await? + number)
});

by_macro!(made_of_expressions(server, number: u32) -> u32, 1 + 1, "none", timed_out, {
    number += 1;
    Ok(server.call_later().await? + number)
});

fn timed_out(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::TimedOut
}

#[tokio::test(start_paused = true)]
async fn functions_that_macro_rules_write() {
    let server = Flaky::failing(2);
    assert_third(&server, made_by_a_macro(&server, 1).await, 5);
    let server = Flaky::failing(2);
    assert_third(&server, made_of_expressions(&server, 1).await, 5);
}

#[retry]
async fn with_inner_attributes(server: &Flaky) -> io::Result<u32> {
    //! Documentation, too.
    #![expect(unused_variables)]
    let unused = 1;
    server.call_later().await
}

#[retry_unsent]
#[non_idempotent]
async fn with_inner_attributes_under_others(server: &Flaky) -> io::Result<u32> {
    #![allow(unused_variables)]
    let unused = 1;
    server.call_later().await
}

#[retry]
fn sync_with_inner_attributes(server: &Flaky) -> io::Result<u32> {
    #![expect(unused_variables)]
    let unused = 1;
    server.call()
}

/// What stands at the head of a body is about the function.
#[tokio::test(start_paused = true)]
async fn bodies_with_inner_attributes() {
    let server = Flaky::failing(2);
    assert_third(&server, with_inner_attributes(&server).await, 3);
    let server = Flaky::failing_with(2, io::ErrorKind::ConnectionRefused);
    let outcome = with_inner_attributes_under_others(&server).await;
    assert_third(&server, outcome, 3);
    let server = Flaky::failing(2);
    assert_third(&server, sync_with_inner_attributes(&server), 3);
}
