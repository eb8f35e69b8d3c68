//! Which errors below the contexts are retried, and what comes back at the end.

use anyhow::{Error, Result};
use example_anyhow::server::Failure::{self, Busy, HangUp, Silence};
use example_anyhow::server::Server;
use example_anyhow::{StationError, Weather};
use retry_runtime::Elapsed;
use retry_runtime::testing::{fail, record, time_out};
use std::io;
use std::time::Duration;

/// With more time than any machine takes.
async fn start(script: &[Failure]) -> (Server, Weather) {
    start_within(Duration::from_secs(60), script).await
}

async fn start_within(timeout: Duration, script: &[Failure]) -> (Server, Weather) {
    let server = Server::start(script.iter().copied()).await.unwrap();
    let weather = Weather::new(server.address(), timeout);
    (server, weather)
}

fn chain(error: &Error) -> Vec<String> {
    error.chain().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_io_error_below_contexts_is_retried() -> Result<()> {
    let (server, weather) = start(&[HangUp, HangUp]).await;
    assert_eq!(weather.now("Oslo").await?, "cold");
    assert_eq!(server.requests(), 3);
    Ok(())
}

#[tokio::test]
async fn the_last_error_has_all_its_contexts() {
    let (server, weather) = start(&[HangUp; 9]).await;
    let error = weather.now("Oslo").await.unwrap_err();
    assert_eq!(server.requests(), 4);
    assert_eq!(
        chain(&error),
        [
            "asking for the weather in Oslo",
            "reading the answer",
            "the station hung up",
        ]
    );
    let cause = error.downcast_ref::<io::Error>().unwrap();
    assert_eq!(cause.kind(), io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn an_error_type_of_our_own_is_permanent_unless_on_asks_it() -> Result<()> {
    let (server, weather) = start(&[Busy, Busy]).await;
    let error = weather.now("Oslo").await.unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(StationError::Busy)));
    assert_eq!(server.requests(), 1);

    let (server, weather) = start(&[Busy, Busy]).await;
    assert_eq!(weather.tomorrow("Oslo").await?, "cold");
    assert_eq!(server.requests(), 3);
    Ok(())
}

#[tokio::test]
async fn its_own_word_may_be_no() {
    let (server, weather) = start(&[]).await;
    let error = weather.tomorrow("Atlantis").await.unwrap_err();
    assert_eq!(
        chain(&error),
        [
            "asking for tomorrow's weather in Atlantis",
            "the station knows no such place",
        ]
    );
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn an_on_of_our_own_leaves_the_rest_to_the_library() -> Result<()> {
    let (server, weather) = start(&[HangUp, Busy, HangUp]).await;
    assert_eq!(weather.tomorrow("Oslo").await?, "cold");
    assert_eq!(server.requests(), 4);
    Ok(())
}

#[tokio::test]
async fn a_station_that_is_silent_is_timed_out() {
    let (_server, weather) = start_within(Duration::from_millis(100), &[Silence; 9]).await;
    let error = weather.now("Oslo").await.unwrap_err();
    assert!(error.is::<Elapsed>(), "{error:#}");
}

/// Nobody has to be silent for that long.
#[tokio::test]
async fn a_time_out_is_retried_and_an_error_without_contexts() {
    let (server, weather) = start(&[]).await;
    let silence = time_out("*::now", 4);
    let (outcome, record) = record(silence.during(weather.now("Oslo"))).await;
    let error = outcome.unwrap_err();
    assert!(error.is::<Elapsed>(), "{error:#}");
    assert_eq!(error.chain().count(), 1);
    assert_eq!(record.call().attempts().len(), 4, "{record}");
    assert_eq!(server.requests(), 0);
}

/// No station fails like that on order.
#[tokio::test]
async fn an_error_of_the_network_is_retried_and_one_of_ours_is_not() {
    let (_server, weather) = start(&[]).await;
    for (kind, attempts) in [
        (io::ErrorKind::NetworkUnreachable, 2),
        (io::ErrorKind::InvalidInput, 1),
    ] {
        let error = move || Error::new(io::Error::from(kind)).context("asking for the weather");
        let fault = fail("*::now", 1, error);
        let (_, record) = record(fault.during(weather.now("Oslo"))).await;
        assert_eq!(record.call().attempts().len(), attempts, "{record}");
    }
}
