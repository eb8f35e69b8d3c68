//! What the list says.

use super::{Down, hold, install, site};
use retry_runtime::{central, retry};
use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[retry(max = 1, backoff = none, budget = none)]
fn counted(down: &Down, fails: bool) -> io::Result<u32> {
    if fails { down.ask() } else { Ok(1) }
}

#[retry(name = "orders.place", max = 2, backoff = none)]
fn named(down: &Down) -> io::Result<u32> {
    if down.0.load(Relaxed) == 1 {
        return Ok(1);
    }
    down.ask()
}

#[test]
fn what_failed_is_counted_always_and_calls_from_when_it_is_asked() {
    let _rules = hold();
    let down = Down::default();
    counted(&down, false).unwrap();
    counted(&down, true).unwrap_err();
    let before = site("listing::counted");
    assert_eq!(before.retries, 1);
    let endings: Vec<_> = before.endings.iter().collect();
    assert_eq!(endings, [(&"exhausted", &1)], "others are left out");
    assert_eq!(before.file, Some(file!()));
    assert!(
        before.line.is_some_and(|line| (7..10).contains(&line)),
        "{before:?}"
    );
    central::count_calls();
    counted(&down, false).unwrap();
    counted(&down, true).unwrap_err();
    let after = site("listing::counted");
    assert_eq!(after.calls, Some(2));
    assert_eq!(after.retries, 2);
}

#[retry(max = 1, backoff = none, budget = none, hedge = 10ms)]
async fn hedged(attempts: &AtomicU32) -> io::Result<u32> {
    match attempts.fetch_add(1, Relaxed) {
        0 => pending().await,
        number => Ok(number),
    }
}

#[tokio::test(start_paused = true)]
async fn hedges_are_counted_apart_from_retries() {
    let _rules = hold();
    hedged(&AtomicU32::new(0)).await.unwrap();
    let site = site("listing::hedged");
    assert_eq!((site.hedges, site.retries, site.recovered), (1, 0, 1));
}

#[test]
fn it_serializes() {
    let _rules = install("['orders.*']\npolicy = 'max = 1'\nbudget = '5%'");
    let down = Down::default();
    assert_eq!(named(&down).unwrap(), 1);
    let place = serde_json::to_value(site("orders.place")).unwrap();
    assert_eq!(place["policy"]["max"], 1);
    assert_eq!(place["recovered"], 1);
    let rules = &place["rules"];
    assert_eq!(rules[0]["key"], "budget");
    assert_eq!(
        rules[1],
        serde_json::json!({ "key": "max", "value": "1", "by": "orders.*" })
    );
}
