//! What retried functions return, and through which names.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod common;

use common::{Flaky, assert_third};
use retry_runtime::{Transient, Verdict, retry};
use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::io;

#[retry]
async fn by_alias(server: &Flaky) -> io::Result<u32> {
    server.call_later().await
}

#[retry(on = |error| error.downcast_ref::<io::Error>().is_some())]
async fn by_anyhow(server: &Flaky) -> anyhow::Result<u32> {
    let number = server.call_later().await?;
    anyhow::ensure!(number > 0, "numbers count from one");
    Ok(number)
}

type Answer<T = u32> = Result<T, io::Error>;

#[retry]
async fn by_the_users_alias(server: &Flaky) -> Answer {
    server.call_later().await
}

mod shadowing {
    //! Another `Result` under the very name.
    pub type Result<T> = std::io::Result<T>;
}

#[retry]
async fn by_a_path(server: &Flaky) -> shadowing::Result<u32> {
    server.call_later().await
}

#[tokio::test(start_paused = true)]
async fn aliases_of_result() {
    let server = Flaky::failing(2);
    assert_third(&server, by_alias(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, by_anyhow(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, by_the_users_alias(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, by_a_path(&server).await, 3);
}

#[derive(Debug)]
enum Fault {
    Io(io::Error),
    Bad(u32),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Io(error) => error.verdict(),
            Self::Bad(_) => Verdict::permanent(),
        }
    }
}

#[retry]
async fn converting(server: &Flaky) -> Result<u32, Fault> {
    let number = server.call_later().await?;
    if number == 4 {
        return Err(Fault::Bad(number));
    }
    Ok(number)
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_users_own() {
    let server = Flaky::failing(2);
    assert_third(&server, converting(&server).await, 3);
    let server = Flaky::failing(3);
    assert!(matches!(converting(&server).await, Err(Fault::Bad(4))));
    let server = Flaky::failing_with(2, io::ErrorKind::PermissionDenied);
    assert!(matches!(converting(&server).await, Err(Fault::Io(_))));
    assert_eq!(server.calls(), 1, "a permanent error comes back at once");
}

#[retry]
async fn boxed_trait(server: &Flaky) -> Result<Box<dyn Debug + Send>, io::Error> {
    let number = server.call_later().await?;
    if number > 99 {
        return Ok(Box::new("many"));
    }
    Ok(Box::new(number))
}

#[retry]
async fn boxed_error(server: &Flaky) -> Result<u32, Box<io::Error>> {
    Ok(server.call_later().await.map_err(Box::new)?)
}

#[retry(on = |error| error.is::<io::Error>())]
async fn dynamic_error(server: &Flaky) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    if server.calls() > 99 {
        return Err("too many".into());
    }
    Ok(server.call_later().await?)
}

#[retry]
async fn boxed_closure(server: &Flaky) -> io::Result<Box<dyn Fn(&str) -> usize + Send>> {
    let number = server.call_later().await? as usize;
    Ok(Box::new(move |text| text.len() + number))
}

#[tokio::test(start_paused = true)]
async fn trait_objects_coerce_in_the_tail_and_in_a_return() {
    let server = Flaky::failing(2);
    let found = boxed_trait(&server).await.map(|value| format!("{value:?}"));
    assert_third(&server, found, "3".to_string());
    let server = Flaky::failing(2);
    assert_third(&server, boxed_error(&server).await, 3);
    let server = Flaky::failing(2);
    assert_third(&server, dynamic_error(&server).await, 3);
    let server = Flaky::failing(2);
    let found = boxed_closure(&server).await.map(|count| count("four"));
    assert_third(&server, found, 7);
}

#[retry]
async fn opaque(server: &Flaky) -> Result<impl Display + PartialEq<u32> + use<>, io::Error> {
    server.call_later().await
}

#[retry]
async fn opaque_deeper(
    server: &Flaky,
) -> Result<(Vec<impl Debug>, Option<impl Fn(u32) -> u32>), io::Error> {
    let number = server.call_later().await?;
    Ok((vec![number], Some(move |more| number + more)))
}

#[retry]
async fn opaque_error(server: &Flaky) -> Result<u32, impl Transient + Debug> {
    server.call_later().await
}

#[tokio::test(start_paused = true)]
async fn impl_trait_inside_the_result() {
    let server = Flaky::failing(2);
    let found = opaque(&server).await.unwrap();
    assert!(found == 3 && found.to_string() == "3");
    let server = Flaky::failing(2);
    let (list, add) = opaque_deeper(&server).await.unwrap();
    assert_eq!(format!("{list:?}"), "[3]");
    assert_third(&server, add.map(|add| add(4)).ok_or(()), 7);
    let server = Flaky::failing(2);
    assert_third(&server, opaque_error(&server).await, 3);
}

#[retry]
async fn elided(server: &Flaky, text: &str) -> io::Result<usize> {
    server.call_later().await?;
    Ok(text.len())
}

#[retry]
async fn first_word<'t>(server: &Flaky, text: &'t str) -> io::Result<&'t str> {
    server.call_later().await?;
    Ok(text.split(' ').next().unwrap_or(text))
}

#[retry]
async fn longest<'a, 'b: 'a>(server: &Flaky, one: &'a str, two: &'b str) -> io::Result<&'a str> {
    server.call_later().await?;
    Ok(if one.len() < two.len() { two } else { one })
}

#[tokio::test(start_paused = true)]
async fn results_that_borrow_from_arguments() {
    let server = Flaky::failing(2);
    assert_third(&server, elided(&server, "four").await, 4);
    let text = String::from("two words");
    let server = Flaky::failing(2);
    let found = {
        let server = server.clone();
        first_word(&server, &text).await
    };
    assert_third(&server, found, "two");
    let server = Flaky::failing(2);
    assert_third(&server, longest(&server, "a", &text).await, "two words");
}

#[retry]
async fn inferred<T: FromIterator<u32> + Send>(server: &Flaky) -> io::Result<T> {
    let number = server.call_later().await?;
    Ok((0..number).collect())
}

#[retry]
async fn nothing(server: &Flaky) -> io::Result<()> {
    server.call_later().await?;
    Ok(())
}

#[retry]
async fn unit_by_return(server: &Flaky) -> io::Result<()> {
    if server.call_later().await.is_ok() {
        return Ok(());
    }
    Err(io::ErrorKind::TimedOut.into())
}

#[tokio::test(start_paused = true)]
async fn what_the_declared_type_decides() {
    let server = Flaky::failing(2);
    assert_third(&server, inferred::<Vec<_>>(&server).await, vec![0, 1, 2]);
    let server = Flaky::failing(2);
    assert_third(&server, nothing(&server).await, ());
    let server = Flaky::failing(2);
    assert_third(&server, unit_by_return(&server).await, ());
}

/// An error that borrows from an argument.
#[derive(Debug, PartialEq)]
struct Unknown<'n>(&'n str);

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown: {}", self.0)
    }
}

#[retry(on = |_| true)]
async fn borrowed_error<'n>(server: &Flaky, name: &'n str) -> Result<u32, Unknown<'n>> {
    server.call_later().await.map_err(|_| Unknown(name))
}

#[tokio::test(start_paused = true)]
async fn an_error_that_borrows_comes_back_when_retries_end() {
    let server = Flaky::failing(9);
    assert_eq!(borrowed_error(&server, "x").await, Err(Unknown("x")));
    assert_eq!(server.calls(), 4, "three retries after the first attempt");
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[tokio::test(start_paused = true)]
async fn the_futures_are_send() {
    let server = Flaky::failing(0);
    is_send(by_anyhow(&server)).await.unwrap();
    is_send(boxed_trait(&server)).await.unwrap();
    is_send(opaque(&server)).await.unwrap();
    is_send(first_word(&server, "text")).await.unwrap();
    is_send(inferred::<Vec<_>>(&server)).await.unwrap();
}
