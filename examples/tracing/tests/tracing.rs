//! The events of each call, field by field, and the spans they are in.

mod collect;

use collect::{Event, collect};
use example_tracing::Mail;
use example_tracing::server::Server;
use std::io;
use tracing::Level;

/// A retry, as it is told.
fn assert_retry(event: &Event, function: &str, attempt: &str, delay: &str) {
    assert_eq!(event.level, Level::WARN);
    assert_eq!(event.target, "retry_runtime");
    assert_eq!(event.field("message"), "attempt failed, retrying");
    assert_eq!(event.field("function"), function);
    assert_eq!(event.field("attempt"), attempt);
    assert_eq!(event.field("of"), "3");
    assert_eq!(event.field("error"), "the server hung up");
    assert_eq!(event.field("delay"), delay);
    assert_eq!(event.field("verdict"), "transient");
}

#[test]
fn a_success_after_retries() {
    let events = collect(async {
        let server = Server::start(2).await?;
        let count = Mail::new(server.address()).count("grace").await?;
        assert_eq!(count, "3");
        io::Result::Ok(())
    });
    assert_eq!(events.len(), 3);
    assert_retry(&events[0], "mail.count", "1", "20");
    assert_retry(&events[1], "mail.count", "2", "40");
    assert_eq!(events[2].level, Level::INFO);
    assert_eq!(events[2].field("message"), "call succeeded after retries");
    assert_eq!(events[2].field("function"), "mail.count");
    assert_eq!(events[2].field("attempts"), "3");
}

#[test]
fn retries_that_are_used_up() {
    let events = collect(async {
        let server = Server::start(9).await?;
        let error = Mail::new(server.address()).count("grace").await.err();
        assert_eq!(error.unwrap().kind(), io::ErrorKind::UnexpectedEof);
        io::Result::Ok(())
    });
    assert_eq!(events.len(), 3);
    assert_retry(&events[0], "mail.count", "1", "20");
    assert_retry(&events[1], "mail.count", "2", "40");
    assert_eq!(events[2].level, Level::ERROR);
    assert_eq!(events[2].field("message"), "call failed, retries ended");
    assert_eq!(events[2].field("function"), "mail.count");
    assert_eq!(events[2].field("attempt"), "3");
    assert_eq!(events[2].field("of"), "3");
    assert_eq!(events[2].field("error"), "the server hung up");
    assert_eq!(events[2].field("verdict"), "transient");
    assert_eq!(events[2].field("ended"), "exhausted");
}

#[test]
fn an_error_that_is_not_worth_a_retry() {
    let events = collect(async {
        let server = Server::start(0).await?;
        let error = Mail::new(server.address()).count("nobody").await.err();
        assert_eq!(error.unwrap().kind(), io::ErrorKind::NotFound);
        io::Result::Ok(())
    });
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].level, Level::DEBUG);
    assert_eq!(events[0].field("message"), "attempt failed, not retried");
    assert_eq!(events[0].field("verdict"), "permanent");
    assert_eq!(events[0].field("ended"), "permanent");
}

#[test]
fn a_success_at_once_is_silent() {
    let events = collect(async {
        let server = Server::start(0).await?;
        Mail::new(server.address()).count("grace").await
    });
    assert!(events.is_empty());
}

#[test]
fn what_the_method_logs_is_in_the_span_of_its_attempt() {
    let events = collect(async {
        let server = Server::start(1).await?;
        Mail::new(server.address()).newest("grace").await
    });
    assert_eq!(events.len(), 4);
    for (event, attempt) in [(&events[0], "1"), (&events[2], "2")] {
        assert_eq!(event.target, "example_tracing");
        assert_eq!(event.field("message"), "sending");
        let [span] = &event.spans[..] else {
            panic!("{event:?} is not in one span");
        };
        assert_eq!(span.get("span"), "attempt");
        assert_eq!(span.get("function"), "mail.newest");
        assert_eq!(span.get("attempt"), attempt);
    }
    assert_retry(&events[1], "mail.newest", "1", "20");
    assert!(events[1].spans.is_empty(), "the waits are in no span");
    assert_eq!(events[3].field("attempts"), "2");
}
