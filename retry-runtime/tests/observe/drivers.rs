//! The plain loop, the race of hedged attempts and `Policy::run` ask one engine: the same
//! failure gives the same number of attempts, waits, ending, events and metrics.

use super::support::{Fault, Seen, seen};
use retry_runtime::__private::{AttemptScope, Layer};
use retry_runtime::{Backoff, Budget, Jitter, Policy, Verdict, retry};
use std::cell::Cell;
use std::time::Duration;

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A service that answers every attempt with this error.
struct Service {
    verdict: Verdict,
    attempts: Cell<u32>,
}

impl Service {
    fn answer(&self) -> Result<u32, Fault> {
        self.attempts.set(self.attempts.get() + 1);
        Err(Fault {
            verdict: self.verdict,
        })
    }
}

impl From<retry_runtime::Elapsed> for Fault {
    fn from(_: retry_runtime::Elapsed) -> Self {
        Self::TRANSIENT
    }
}

#[retry(policy = policy, budget = budget, name = "call")]
async fn plain(policy: &Policy, budget: &Budget, service: &Service) -> Result<u32, Fault> {
    service.answer()
}

#[retry(policy = policy, budget = budget, name = "call", hedge = 1h)]
async fn hedged(policy: &Policy, budget: &Budget, service: &Service) -> Result<u32, Fault> {
    service.answer()
}

async fn run(policy: &Policy, budget: &Budget, service: &Service) -> Result<u32, Fault> {
    policy
        .run(async |_| service.answer())
        .budget(budget)
        .name("call")
        .await
}

/// One combination of all that bears on a decision.
#[derive(Clone, Copy, Debug)]
struct Case {
    verdict: Verdict,
    max: u32,
    nested: bool,
    deadline: Option<Duration>,
    funded: bool,
}

impl Case {
    fn policy(&self) -> Policy {
        let policy = Policy::DEFAULT
            .with_max(self.max)
            .with_backoff(Backoff::fixed(MS(100)).unwrap())
            .with_jitter(Jitter::NONE)
            .with_longest_pushback(MS(1000));
        match self.deadline {
            Some(deadline) => policy.with_deadline(deadline),
            None => policy,
        }
    }

    fn budget(&self) -> Budget {
        Budget::standard().reserve(if self.funded { 50 } else { 0 })
    }
}

fn cases() -> Vec<Case> {
    let kinds = [
        Verdict::permanent(),
        Verdict::transient(),
        Verdict::not_sent(),
        Verdict::refused(),
    ];
    let answers: [fn(Verdict) -> Verdict; 4] = [
        |kind| kind,
        |kind| kind.with_pushback(MS(50)),
        |kind| kind.with_pushback(MS(5000)),
        Verdict::with_no_retry,
    ];
    let mut cases = Vec::new();
    for kind in kinds {
        for answer in answers {
            for max in [0, 1, 2] {
                for nested in [false, true] {
                    for deadline in [None, Some(MS(40)), Some(MS(150))] {
                        for funded in [true, false] {
                            cases.push(Case {
                                verdict: answer(kind),
                                max,
                                nested,
                                deadline,
                                funded,
                            });
                        }
                    }
                }
            }
        }
    }
    cases
}

/// All that can be seen of a call: attempts, milliseconds, events, metrics.
type Observed = (u32, u128, Vec<String>, Vec<String>);

/// How the error is shown depends on what is known of its type; that it is shown, not.
fn without_error(event: &str) -> String {
    match (event.find(" error="), event.find(" verdict=")) {
        (Some(from), Some(to)) => format!("{}{}", &event[..from], &event[to..]),
        _ => event.to_owned(),
    }
}

fn observed<'a, F>(
    case: &'a Case,
    call: impl FnOnce(&'a Policy, &'a Budget, &'a Service) -> F,
    parts: &'a (Policy, Budget, Service),
) -> Observed
where
    F: Future<Output = Result<u32, Fault>>,
{
    let (policy, budget, service) = parts;
    let ((outcome, took), Seen { events, metrics }) = seen(async {
        let start = tokio::time::Instant::now();
        let scope = if case.nested {
            AttemptScope::RETRY
        } else {
            AttemptScope::NONE
        };
        let outcome = Layer::new(scope, call(policy, budget, service)).await;
        (outcome, start.elapsed().as_millis())
    });
    assert!(outcome.is_err());
    let metrics = metrics
        .iter()
        .map(|(name, values)| format!("{name} {values:?}"));
    (
        service.attempts.get(),
        took,
        events.iter().map(|event| without_error(event)).collect(),
        metrics.collect(),
    )
}

#[test]
fn three_drivers_give_one_answer() {
    let mut endings = std::collections::BTreeSet::new();
    for case in cases() {
        let parts = || {
            let service = Service {
                verdict: case.verdict,
                attempts: Cell::new(0),
            };
            (case.policy(), case.budget(), service)
        };
        let (one, two, three) = (parts(), parts(), parts());
        let by_loop = observed(&case, plain, &one);
        let by_race = observed(&case, hedged, &two);
        let by_run = observed(&case, run, &three);
        assert_eq!(by_loop, by_race, "hedged: {case:?}");
        assert_eq!(by_loop, by_run, "run: {case:?}");
        let reason = by_loop
            .2
            .last()
            .and_then(|event| event.split("ended=").nth(1));
        endings.insert(reason.unwrap_or_default().to_owned());
    }
    // The table has met every way to end that needs no breaker.
    for reason in [
        "permanent",
        "pushback",
        "exhausted",
        "nested",
        "deadline",
        "budget",
    ] {
        assert!(
            endings.iter().any(|ending| ending.contains(reason)),
            "{reason} is not among {endings:?}"
        );
    }
}
