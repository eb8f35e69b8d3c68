//! `spans`: one around each attempt.

use super::support::{Fault, seen};
use retry_runtime::retry;
use std::time::Duration;
use tokio::time::sleep;

fn say(what: &str) {
    tracing::info!(target: "body", "{what}");
}

fn lines(events: &[String]) -> Vec<&str> {
    let of_body = events.iter().filter(|line| line.starts_with('['));
    of_body.map(String::as_str).collect()
}

#[retry(spans, attempt = at, name = "get", timeout = 1s, elapsed = |_| Fault::TRANSIENT, before_retry = |_| say("hook"))]
async fn get() -> Result<u32, Fault> {
    sleep(Duration::from_millis(1)).await;
    say("here");
    if at.is_retry() {
        Ok(1)
    } else {
        Err(Fault::TRANSIENT)
    }
}

#[test]
fn what_happens_in_an_attempt_is_in_its_span() {
    let (_, seen) = seen(get());
    assert_eq!(
        lines(&seen.events),
        [
            "[attempt function=\"get\" attempt=1] INFO here",
            "[attempt function=\"get\" attempt=2] INFO here",
        ]
    );
    assert!(seen.events.contains(&"INFO hook".to_owned()), "outside");
}

#[retry(spans, backoff = none, name = "read")]
fn read(number: &mut u32) -> Result<u32, Fault> {
    *number += 1;
    say("here");
    if *number < 2 {
        Err(Fault::TRANSIENT)
    } else {
        Ok(*number)
    }
}

#[test]
fn of_a_sync_fn_too() {
    let (_, seen) = seen(async { read(&mut 0) });
    assert_eq!(
        lines(&seen.events),
        [
            "[attempt function=\"read\" attempt=1] INFO here",
            "[attempt function=\"read\" attempt=2] INFO here",
        ]
    );
}

#[retry(spans, hedge = 50ms, attempt = at, name = "hedged")]
async fn hedged() -> Result<u32, Fault> {
    sleep(Duration::from_millis(if at.is_retry() { 10 } else { 55 })).await;
    say("here");
    if at.is_retry() {
        Ok(1)
    } else {
        Err(Fault::REFUSED)
    }
}

#[test]
fn attempts_side_by_side_have_one_each() {
    let (_, seen) = seen(hedged());
    assert_eq!(
        lines(&seen.events),
        [
            "[attempt function=\"hedged\" attempt=1] INFO here",
            "[attempt function=\"hedged\" attempt=2] INFO here",
        ]
    );
}

/// A policy that is no constant is at a site that is no static.
#[retry(spans, hedge = 50ms, policy = &retry_runtime::Policy::DEFAULT, name = "policy")]
async fn hedged_under_a_policy() -> std::io::Result<()> {
    say("here");
    Ok(())
}

#[retry(spans, hedge = 50ms, name = name)]
async fn hedged_of_a_name(name: &'static str) -> std::io::Result<()> {
    say("here");
    Ok(())
}

#[test]
fn policy_and_name_may_be_expressions() {
    let (_, under_a_policy) = seen(hedged_under_a_policy());
    let expected = ["[attempt function=\"policy\" attempt=1] INFO here"];
    assert_eq!(lines(&under_a_policy.events), expected);
    let (_, of_a_name) = seen(hedged_of_a_name("name"));
    let expected = ["[attempt function=\"name\" attempt=1] INFO here"];
    assert_eq!(lines(&of_a_name.events), expected);
}

struct Client;

#[retry(spans, policy = &retry_runtime::Policy::DEFAULT)]
impl Client {
    #[retry_runtime::idempotent]
    #[retry(name = "client.get")]
    async fn get(&self) -> std::io::Result<()> {
        say("here");
        Ok(())
    }
}

#[test]
fn the_key_of_a_block_is_its_methods() {
    let (_, seen) = seen(Client.get());
    let expected = ["[attempt function=\"client.get\" attempt=1] INFO here"];
    assert_eq!(lines(&seen.events), expected);
}
