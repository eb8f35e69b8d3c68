//! The rules of `central`, from TOML and from JSON.

use retry_runtime::central::{self, Rules, SiteReport};
use retry_runtime::{Elapsed, Policy, Transient, Verdict, retry};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::future::{Future, ready};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};

/// What rules come to is kept for good, so that one process takes so many of them.
const INSTALLED: u32 = 20_000;

/// Rules from a text: read or refused with the place of what is wrong. Those that are read
/// are the same in the other format, and are put to work.
///
/// # Panics
///
/// A fault without its place; rules that another format reads as others; a call that goes
/// beyond what rules say of it, and a listing whose words are not the rule's.
pub fn rules(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let of_toml = of_toml(&text);
    let of_json = of_json(&text);
    for (rules, document) in of_toml.into_iter().chain(of_json) {
        static SO_FAR: AtomicU32 = AtomicU32::new(0);
        if SO_FAR.fetch_add(1, Relaxed) < INSTALLED {
            work(&rules, &document);
        }
    }
}

fn of_toml(text: &str) -> Option<(Rules, Value)> {
    match text.parse::<Rules>() {
        Ok(rules) => {
            let table: toml::Table = text.parse().expect("they are TOML");
            let document = serde_json::to_value(table).expect("rules have no dates");
            let as_json: Rules = serde_json::from_value(document.clone()).expect("in JSON too");
            assert_same(&rules, &as_json);
            Some((rules, document))
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains("line "), "{text:?}: {error}");
            None
        }
    }
}

fn of_json(text: &str) -> Option<(Rules, Value)> {
    match serde_json::from_str::<Rules>(text) {
        Ok(rules) => {
            let document = without_nulls(serde_json::from_str(text).expect("they are JSON"));
            let as_toml = toml::to_string(&document).expect("rules have no other values");
            let as_toml: Rules = as_toml.parse().expect("in TOML too");
            assert_same(&rules, &as_toml);
            Some((rules, document))
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains(" at line "), "{text:?}: {error}");
            None
        }
    }
}

fn assert_same(one: &Rules, other: &Rules) {
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

/// TOML has no nulls: what is null is left out.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let set = map.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                set.map(|(key, value)| (key, without_nulls(value)))
                    .collect(),
            )
        }
        other => other,
    }
}

fn work(rules: &Rules, document: &Value) {
    let calls = [
        ("fuzz.timed", timed as Call),
        ("fuzz.Hedged/Call", hedged),
        ("fuzz.bare", bare),
    ];
    for (_, call) in calls {
        // The first one makes it known.
        assert!(asked(call) > 0);
    }
    central::install(rules.clone());
    let sites = central::sites();
    for (name, call) in calls {
        let site = sites.iter().find(|site| site.name == name);
        let site = site.expect("it has been called");
        keeps_its_bounds(site);
        is_the_documents(site, document);
        let most = if site.enabled {
            site.policy.max().min(ENOUGH) + 1
        } else {
            1
        };
        let attempts = asked(call);
        assert!((1..=most).contains(&attempts), "{attempts}: {site:?}");
    }
    for site in &sites {
        says_the_same_again(site);
    }
    central::install(Rules::default());
}

fn keeps_its_bounds(site: &SiteReport) {
    let SiteReport { policy, budget, .. } = site;
    if let Some(deadline) = policy.deadline() {
        let within = [policy.timeout(), policy.retry_for()];
        assert!(
            within.into_iter().flatten().all(|limit| limit <= deadline),
            "{site:?}"
        );
    }
    assert!(
        budget.is_none_or(|level| level.is_finite() && level >= 0.0),
        "{site:?}"
    );
    if policy.check().is_ok() {
        assert_eq!(policy.to_string().parse().as_ref(), Ok(policy), "{policy}");
    }
    // What the code lacks stays away.
    if site.name == "fuzz.bare" {
        assert_eq!(
            (policy.timeout(), policy.deadline()),
            (None, None),
            "{site:?}"
        );
    }
}

/// Each key that is listed comes from a table that has it.
fn is_the_documents(site: &SiteReport, document: &Value) {
    for key in site.rules.iter().chain(&site.not_possible) {
        let table = &document[&key.by];
        let policy = &table["policy"];
        let is_there = match policy {
            Value::String(words) => words.contains(key.key),
            map => map.get(key.key).is_some(),
        };
        assert!(
            is_there || table.get(key.key).is_some(),
            "{key:?} of {document}"
        );
    }
}

/// The words of a listing, as rules of their own, come to the same.
fn says_the_same_again(site: &SiteReport) {
    let (mut table, mut policy) = (Map::new(), Map::new());
    for key in &site.rules {
        let value = json!(key.value);
        match key.key {
            "enabled" => table.insert(key.key.to_owned(), json!(key.value == "true")),
            "budget" | "hedge" => table.insert(key.key.to_owned(), value),
            _ => policy.insert(key.key.to_owned(), value),
        };
    }
    table.insert("policy".to_owned(), Value::Object(policy));
    let rules = json!({ &site.name: table });
    match serde_json::from_value::<Rules>(rules) {
        Ok(rules) => {
            central::install(rules);
            let sites = central::sites();
            let again = sites.iter().find(|again| again.name == site.name);
            let again = again.expect("it is listed");
            assert_eq!((again.enabled, &again.policy), (site.enabled, &site.policy));
            let words = |site: &SiteReport| -> Vec<_> {
                let words = site.rules.iter().map(|key| (key.key, key.value.clone()));
                words.collect()
            };
            assert_eq!(words(again), words(site));
        }
        // Keys of several tables that do not fit one another in one.
        Err(error) => {
            let is_of_one = site.rules.iter().all(|key| key.by == site.rules[0].by);
            assert!(!is_of_one, "{error}: {site:?}");
        }
    }
}

/// A failure; the one that ends a call whatever its rules say, in the end.
#[derive(Debug)]
struct Failed(Verdict);

impl Transient for Failed {
    fn verdict(&self) -> Verdict {
        self.0
    }
}

impl From<Elapsed> for Failed {
    fn from(_: Elapsed) -> Self {
        Self(Verdict::transient())
    }
}

/// So many retries are enough.
const ENOUGH: u32 = 6;

struct Service {
    is_down: bool,
    asked: Cell<u32>,
}

impl Service {
    fn ask(&self) -> Result<(), Failed> {
        self.asked.set(self.asked.get() + 1);
        match self.asked.get() {
            _ if !self.is_down => Ok(()),
            1..=ENOUGH => Err(Failed(Verdict::transient())),
            _ => Err(Failed(Verdict::permanent())),
        }
    }
}

type Call = fn(&Service) -> Result<(), Failed>;

/// How often a service that is down is asked, after a time of successes that pay for it.
fn asked(call: Call) -> u32 {
    let service = |is_down| Service {
        is_down,
        asked: Cell::new(0),
    };
    for _ in 0..ENOUGH {
        assert!(call(&service(false)).is_ok());
    }
    let down = service(true);
    assert!(call(&down).is_err());
    down.asked.get()
}

/// Nobody waits: a future that is not ready at once never is.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits for somebody"),
    }
}

fn timed(service: &Service) -> Result<(), Failed> {
    #[retry(name = "fuzz.timed", policy = &Policy::DEFAULT, budget = 100%, sleep = |_| ready(()))]
    async fn timed(service: &Service) -> Result<(), Failed> {
        service.ask()
    }
    at_once(timed(service))
}

fn hedged(service: &Service) -> Result<(), Failed> {
    #[retry(name = "fuzz.Hedged/Call", hedge(50ms, 2), deadline = 9s, budget = 100%, sleep = |_| ready(()))]
    async fn hedged(service: &Service) -> Result<(), Failed> {
        service.ask()
    }
    at_once(hedged(service))
}

#[retry(name = "fuzz.bare", budget = 100%, sleep = |_| ())]
fn bare(service: &Service) -> Result<(), Failed> {
    service.ask()
}
