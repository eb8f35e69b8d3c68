//! What is counted, and under which labels.

use super::support::{Fault, Seen, seen};
use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Budget, Policy, Verdict, metrics, retry};
use std::cell::Cell;
use std::time::Duration;
use tokio::time::sleep;

#[retry(backoff = exp(100ms, 2, 1s), jitter = none, budget = budget, name = "get")]
async fn get(failures: u32, budget: &Budget, number: &mut u32) -> Result<u32, Fault> {
    *number += 1;
    if *number <= failures {
        return Err(Fault::TRANSIENT);
    }
    Ok(*number)
}

fn lines(seen: &Seen) -> Vec<String> {
    seen.metrics
        .iter()
        .map(|(name, values)| format!("{name} {values:?}"))
        .collect()
}

#[test]
fn an_exhausted_call() {
    let budget = Budget::standard();
    let (_, seen) = seen(get(9, &budget, &mut 0));
    assert_eq!(
        lines(&seen),
        [
            "retry_attempts_total{function=get,reason=exhausted} [4.0]",
            "retry_budget_tokens{function=get} [7.0]",
            "retry_delay_seconds{function=get} [0.1, 0.2, 0.4]",
            "retry_endings_total{function=get,reason=exhausted,verdict=transient} [1.0]",
            "retry_retries_total{function=get,verdict=transient} [3.0]",
        ]
    );
}

#[test]
fn a_call_that_succeeded_after_retries() {
    let budget = Budget::standard();
    let (_, seen) = seen(get(1, &budget, &mut 0));
    assert_eq!(
        lines(&seen),
        [
            "retry_attempts_total{function=get,reason=recovered} [2.0]",
            "retry_budget_tokens{function=get} [9.0]",
            "retry_delay_seconds{function=get} [0.1]",
            "retry_endings_total{function=get,reason=recovered,verdict=success} [1.0]",
            "retry_retries_total{function=get,verdict=transient} [1.0]",
        ]
    );
}

#[test]
fn a_retry_that_the_budget_refused() {
    let budget = Budget::standard().reserve(1);
    while budget.try_retry(1) {}
    let (_, seen) = seen(get(9, &budget, &mut 0));
    let reason = "retry_endings_total{function=get,reason=budget,verdict=transient}";
    assert_eq!(seen.metrics[reason], [1.0]);
    assert_eq!(seen.metrics["retry_budget_tokens{function=get}"], [0.0]);
    let is_retry = |name: &String| name.starts_with("retry_retries_total");
    assert!(!seen.metrics.keys().any(is_retry), "{:?}", lines(&seen));
}

#[retry(max = 1, backoff = none, budget = none, name = "by_verdict")]
async fn by_verdict(verdict: Verdict) -> Result<u32, Fault> {
    Err(Fault { verdict })
}

#[test]
fn a_verdict_is_one_word_whatever_else_it_says() {
    let busy = Verdict::refused().with_pushback(Duration::from_secs(2));
    for (verdict, word) in [
        (Verdict::transient().overloaded(), "transient"),
        (Verdict::not_sent(), "not_sent"),
        (busy, "refused"),
    ] {
        let (_, seen) = seen(by_verdict(verdict));
        let retries = format!("retry_retries_total{{function=by_verdict,verdict={word}}}");
        assert_eq!(seen.metrics[&retries], [1.0]);
        let ended =
            format!("retry_endings_total{{function=by_verdict,reason=exhausted,verdict={word}}}");
        assert_eq!(seen.metrics[&ended], [1.0]);
    }
}

#[retry(hedge = 50ms, attempt = at, budget = none, name = "hedged")]
async fn hedged() -> Result<u32, Fault> {
    if !at.is_retry() {
        sleep(Duration::from_secs(60)).await;
    }
    Ok(at.number())
}

#[test]
fn a_hedge() {
    let (_, seen) = seen(hedged());
    assert_eq!(
        lines(&seen),
        [
            "retry_attempts_total{function=hedged,reason=recovered} [2.0]",
            "retry_endings_total{function=hedged,reason=recovered,verdict=success} [1.0]",
            "retry_hedges_total{function=hedged} [1.0]",
        ]
    );
}

/// Admits as many attempts.
struct Turnstile(Cell<u32>);

impl Gate for Turnstile {
    fn admit(&self) -> Result<Admission, Rejected> {
        let left = self.0.get().checked_sub(1).ok_or(Rejected::new())?;
        self.0.set(left);
        Ok(Admission::Normal)
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}

#[retry(breaker = gate, rejected = |_| Fault::PERMANENT, budget = none, name = "gated")]
async fn gated(gate: &Turnstile) -> Result<u32, Fault> {
    Err(Fault::TRANSIENT)
}

#[retry(breaker = gate, rejected = |_| Fault::PERMANENT, budget = none, hedge = 60s, name = "gated")]
async fn gated_and_hedged(gate: &Turnstile) -> Result<u32, Fault> {
    Err(Fault::TRANSIENT)
}

/// An attempt that the breaker has not admitted was not made.
#[test]
fn a_rejected_call() {
    let attempts = "retry_attempts_total{function=gated,reason=rejected}";
    let rejected = "retry_endings_total{function=gated,reason=rejected,verdict=not_sent}";
    for admitted in 0..=2 {
        let gate = Turnstile(Cell::new(admitted));
        let (_, alone) = seen(gated(&gate));
        gate.0.set(admitted);
        let (_, hedged) = seen(gated_and_hedged(&gate));
        for seen in [alone, hedged] {
            assert_eq!(seen.metrics[rejected], [1.0]);
            let counted = seen.metrics.get(attempts).map(|counts| counts[0]);
            let made = (admitted > 0).then_some(f64::from(admitted));
            assert_eq!(counted, made, "{:?}", lines(&seen));
        }
    }
}

#[retry(breaker = gate, rejected = |_| Fault::PERMANENT, budget = none, hedge = 50ms, name = "beside")]
async fn beside(gate: &Turnstile, fails: bool) -> Result<u32, Fault> {
    sleep(Duration::from_millis(100)).await;
    if fails { Err(Fault::TRANSIENT) } else { Ok(1) }
}

/// Nor was a hedge: what ends the call is the attempt beside it.
#[test]
fn a_rejected_hedge() {
    let (_, succeeded) = seen(beside(&Turnstile(Cell::new(1)), false));
    assert_eq!(
        lines(&succeeded),
        ["retry_hedges_total{function=beside} [1.0]"]
    );
    let (_, failed) = seen(beside(&Turnstile(Cell::new(1)), true));
    assert_eq!(
        lines(&failed),
        [
            "retry_attempts_total{function=beside,reason=rejected} [1.0]",
            "retry_endings_total{function=beside,reason=rejected,verdict=transient} [1.0]",
            "retry_hedges_total{function=beside} [1.0]",
        ]
    );
}

#[retry]
async fn answer(fault: Option<Fault>) -> Result<u32, Fault> {
    match fault {
        Some(Fault { verdict }) => Err(Fault { verdict }),
        None => Ok(1),
    }
}

/// As in gRPC A96: calls without retries are not reported.
#[test]
fn the_first_answer() {
    for fault in [None, Some(Fault::PERMANENT)] {
        let (_, seen) = seen(answer(fault));
        assert!(seen.metrics.is_empty(), "{:?}", lines(&seen));
    }
}

/// A client of one of many hosts.
struct Client {
    host: String,
    budget: Budget,
}

impl Client {
    #[retry(max = 1, name = "shared", target = &self.host, budget = &self.budget)]
    async fn get(&self) -> Result<u32, Fault> {
        Err(Fault::TRANSIENT)
    }

    #[retry(max = 1, name = "hedged", target = &self.host, hedge = 60s, budget = &self.budget)]
    async fn get_hedged(&self) -> Result<u32, Fault> {
        Err(Fault::TRANSIENT)
    }

    #[retry(max = 1, name = "static", target = format!("{}:80", self.host))]
    async fn get_by_own_budget(&mut self) -> Result<u32, Fault> {
        Err(Fault::TRANSIENT)
    }
}

#[test]
fn the_target_is_a_label_where_the_user_gives_one() {
    let client = |host: &str| Client {
        host: host.to_owned(),
        budget: Budget::standard(),
    };
    for (host, name) in [("a", "shared"), ("b", "hedged")] {
        let client = client(host);
        let (_, seen) = match name {
            "shared" => seen(client.get()),
            _ => seen(client.get_hedged()),
        };
        let labels = format!("function={name},target={host}");
        assert_eq!(
            lines(&seen),
            [
                format!("retry_attempts_total{{{labels},reason=exhausted}} [2.0]"),
                format!("retry_budget_tokens{{{labels}}} [9.0]"),
                format!("retry_delay_seconds{{{labels}}} {:?}", delays(&seen)),
                format!("retry_endings_total{{{labels},reason=exhausted,verdict=transient}} [1.0]"),
                format!("retry_retries_total{{{labels},verdict=transient}} [1.0]"),
            ]
        );
        assert!(seen.events[0].contains(&format!(" retry.target=\"{host}\"")));
    }
    let (_, seen) = seen(client("c").get_by_own_budget());
    // One budget, whatever the calls go to.
    assert_eq!(seen.metrics["retry_budget_tokens{function=static}"], [9.0]);
    let retries = "retry_retries_total{function=static,target=c:80,verdict=transient}";
    assert_eq!(seen.metrics[retries], [1.0]);
}

fn delays(seen: &Seen) -> &[f64] {
    let is_delay = |(name, _): &(&String, _)| name.starts_with("retry_delay_seconds");
    seen.metrics.iter().find(is_delay).unwrap().1
}

#[test]
fn a_closure_may_have_a_target() {
    let host = String::from("a");
    let call = Policy::DEFAULT
        .with_max(1)
        .run(async |_| Err::<u32, _>(Fault::TRANSIENT))
        .untimed()
        .name("closure")
        .target(&host);
    let (_, seen) = seen(call);
    let retries = "retry_retries_total{function=closure,target=a,verdict=transient}";
    assert_eq!(seen.metrics[retries], [1.0]);
}

#[retry(max = 1, name = "refilled")]
async fn refilled(fails: bool) -> Result<u32, Fault> {
    if fails { Err(Fault::TRANSIENT) } else { Ok(1) }
}

/// Successes refill a budget, and tell nobody.
#[test]
fn budgets_are_observed_when_asked_for() {
    let level = |seen: &Seen| seen.metrics["retry_budget_tokens{function=refilled}"][0];
    let (_, failed) = seen(refilled(true));
    let before = level(&failed);
    let ((), observed) = seen(async {
        for _ in 0..100 {
            let _ = refilled(false).await;
        }
        metrics::observe_budgets();
    });
    assert!(level(&observed) > before, "{before}, {}", level(&observed));
    assert!(
        observed
            .metrics
            .keys()
            .all(|name| name.starts_with("retry_budget_tokens{"))
    );
}
