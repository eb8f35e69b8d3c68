//! Budgets and races under any schedule, against what their documentation says.

use crate::fragments::Choices;
use crate::model::Case;
use crate::support::{Answer, Fail, Outcome, Service, ms};
use retry_runtime::service_config::ServiceConfig;
use retry_runtime::{Budget, Ended, Transient, Verdict};
use retry_tower::{Hedging, RetryLayer, Unanswered};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::advance;
use tower::{Layer, ServiceExt};

const VERDICTS: [Verdict; 8] = [
    Verdict::transient(),
    Verdict::transient().overloaded(),
    Verdict::transient().timed_out(),
    Verdict::refused(),
    Verdict::not_sent(),
    Verdict::permanent(),
    Verdict::transient().with_no_retry(),
    Verdict::transient().against_service(false),
];

fn number(choices: &mut Choices<'_>) -> u32 {
    u32::from(choices.byte()) << 8 | u32::from(choices.byte())
}

/// A budget at work: what is known of it beside its own figures.
struct Ledger {
    budget: Budget,
    percent: f64,
    reserve: u32,
    per_second: f64,
    /// The largest `max` that has asked.
    max: u32,
    asked: bool,
    fresh: bool,
}

impl Ledger {
    fn level(&self) -> f64 {
        let level = self.budget.level();
        assert!(level.is_finite() && level >= 0.0, "a level of {level}");
        level
    }

    /// What does not fade.
    fn kept(&self) -> f64 {
        let calls = if self.fresh { 3 } else { 2 };
        match self.reserve {
            0 => 0.0,
            reserve => f64::from(reserve.max(self.max.min(255).saturating_mul(calls).min(200))),
        }
    }

    async fn passes(&mut self, time: Duration, successes: u32) {
        let before = self.level();
        advance(time).await;
        for _ in 0..successes {
            self.budget.record_success();
        }
        let after = self.level();
        if !self.asked {
            return;
        }
        self.fresh &= successes == 0;
        let by_time = self.per_second * time.as_secs_f64();
        let most = before + f64::from(successes) * self.percent / 100.0 + by_time;
        let least = before.min(self.kept());
        assert!(
            is_between(after, least, most),
            "{before} became {after}: {least} to {most}"
        );
    }

    /// The change of the level by what is told or asked.
    fn changes(&mut self, change: impl FnOnce(&Budget), by: f64) {
        let before = self.level();
        change(&self.budget);
        let (after, expected) = (self.level(), (before + by).max(0.0));
        assert!(
            is_between(after, expected, expected),
            "{before} became {after}, by {by}"
        );
    }

    fn fails(&mut self, verdict: Verdict) {
        let conflict = Verdict::transient().against_service(false);
        let free = [Verdict::permanent(), Verdict::not_sent(), conflict].contains(&verdict);
        let cost = if free || self.fresh { 0.0 } else { -1.0 };
        self.changes(|budget| budget.record_failure(verdict), cost);
        self.asked |= true;
    }

    fn is_mended(&mut self, verdict: Verdict) {
        let earned = match (verdict.is_overloaded(), verdict.is_timed_out()) {
            (true, _) => 0.0,
            (false, true) => 5.0,
            (false, false) => 2.0,
        };
        self.changes(|budget| budget.record_mended(verdict), earned);
        self.asked |= true;
    }

    /// As if the token had stayed: it has faded as the others have.
    fn is_refunded(&mut self) {
        let before = self.level();
        self.budget.refund();
        let after = self.level();
        assert!(
            is_between(after, before, before + 1.0),
            "{before} became {after}"
        );
    }

    fn asks(&mut self, max: u32) {
        let (before, kept) = (self.level(), self.kept());
        let is_first = self.max == 0;
        self.max = self.max.max(max);
        let raised = if is_first { self.kept() - kept } else { 0.0 };
        let granted = self.budget.try_retry(max);
        let had = before + raised;
        assert!(
            granted == (had >= 1.0) || (had - 1.0).abs() < 1e-6,
            "{had}: {granted}"
        );
        let (after, expected) = (self.level(), had - f64::from(u8::from(granted)));
        assert!(
            is_between(after, expected, expected),
            "{had} became {after}"
        );
        self.asked = true;
    }
}

fn is_between(level: f64, least: f64, most: f64) -> bool {
    let near = 1e-6 * (1.0 + most.abs());
    (least - near..=most + near).contains(&level)
}

/// What is told to a budget, and asked of it, in any order and at any time.
///
/// # Panics
///
/// A level that is not what the documentation says.
pub fn budget(data: &[u8]) {
    let mut choices = Choices::new(data);
    if choices.byte() % 4 == 0 {
        throttle(&mut choices);
    } else {
        runtime().block_on(share(&mut choices));
    }
}

/// On a clock that stands still.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime")
}

async fn share(choices: &mut Choices<'_>) {
    let percent = 1 + u32::from(choices.byte()) % 100;
    let reserve = u32::from(choices.byte());
    let per_second = u16::from(choices.byte() % 4);
    let window = ms(1 + u64::from(number(choices)));
    let budget = Budget::new(percent).expect("a share");
    let budget = budget
        .reserve(reserve)
        .per_second(per_second)
        .window(window);
    let mut ledger = Ledger {
        budget: budget.expect("a window"),
        percent: percent.into(),
        reserve,
        per_second: per_second.into(),
        max: 0,
        asked: false,
        fresh: true,
    };
    // The account is opened by the first that looks.
    ledger.asks(u32::from(choices.byte()));
    while let Some(event) = choices.next() {
        match event % 8 {
            0 => {
                let (time, successes) = (number(choices), choices.byte());
                ledger.passes(ms(time.into()), successes.into()).await;
            }
            1 => {
                let time = Duration::from_secs(u64::from(number(choices)) << 12);
                ledger.passes(time, 0).await;
            }
            2..=4 => ledger.asks(u32::from(choices.byte())),
            5 => ledger.fails(VERDICTS[usize::from(choices.byte() % 8)]),
            6 => ledger.is_mended(VERDICTS[usize::from(choices.byte() % 8)]),
            _ => ledger.is_refunded(),
        }
    }
}

/// gRPC A6, a success at a time.
fn throttle(choices: &mut Choices<'_>) {
    let max = 1 + number(choices) % 1000;
    let ratio = 1 + number(choices) % 3000;
    let config: ServiceConfig = format!(
        "{{\"retryThrottling\":{{\"maxTokens\":{max},\"tokenRatio\":{}.{:03}}}}}",
        ratio / 1000,
        ratio % 1000
    )
    .parse()
    .expect("a throttle");
    let budget = config.budget().expect("it has one");
    let (full, mut tokens) = (max * 1000, max * 1000);
    let _ = budget.try_retry(3);
    while let Some(event) = choices.next() {
        match event % 4 {
            0 => {
                for _ in 0..choices.byte() {
                    budget.record_success();
                    tokens = full.min(tokens + ratio);
                }
            }
            1 => {
                budget.record_failure(Verdict::transient());
                tokens = tokens.saturating_sub(1000);
            }
            2 => budget.refund(),
            _ => assert_eq!(budget.try_retry(3), tokens > full / 2, "{tokens} of {full}"),
        }
        let expected = f64::from(tokens.saturating_sub(full / 2)) / 1000.0;
        let level = budget.level();
        assert!(
            (level - expected).abs() < 0.001,
            "{level} is not {expected}"
        );
    }
}

/// Attempts side by side, in the runtime and in `retry-tower`: both keep to one model.
///
/// # Panics
///
/// An attempt without a reason, an outcome that is not the best one, a token that is lost.
pub fn race(data: &[u8]) {
    let mut choices = Choices::new(data);
    let case = case(&mut choices);
    runtime().block_on(case.seen()).check(&case);
    runtime().block_on(by_the_layer(&case));
}

fn tens(choices: &mut Choices<'_>, below: u8) -> u64 {
    u64::from(choices.byte() % below) * 10
}

fn case(choices: &mut Choices<'_>) -> Case {
    let limit = |choices: &mut Choices<'_>, below| {
        (choices.byte() % 2 == 0).then(|| 10 + tens(choices, below))
    };
    let mut case = Case {
        hedges: [1, 2, 3, 8][usize::from(choices.byte() % 4)],
        after: 10 + tens(choices, 7),
        max: u32::from(choices.byte() % 9),
        tokens: u32::from(choices.byte() % 9),
        backoff: 10 + tens(choices, 24),
        timeout: limit(choices, 29),
        deadline: limit(choices, 59),
        answers: Vec::new(),
    };
    for _ in 0..=choices.byte() % 9 {
        let after = ms(tens(choices, 40));
        let with = match choices.byte() % 15 {
            0..3 => None,
            3..11 => Some(Verdict::transient()),
            11 => Some(Verdict::permanent()),
            _ => Some(Verdict::refused().with_pushback(ms(tens(choices, 42)))),
        };
        case.answers.push(Answer { after, with });
    }
    case
}

impl Transient for Fail {
    fn verdict(&self) -> Verdict {
        Fail::verdict(self)
    }
}

/// The service of the model, as tower's.
#[derive(Clone)]
struct Served(Rc<Service>, Rc<std::cell::Cell<u32>>);

impl tower::Service<()> for Served {
    type Response = u32;
    type Error = Fail;
    type Future = std::pin::Pin<Box<dyn Future<Output = Outcome>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fail>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        self.1.set(self.1.get() + 1);
        let (service, number) = (Rc::clone(&self.0), self.1.get());
        Box::pin(async move { service.answer(number).await })
    }
}

async fn by_the_layer(case: &Case) {
    let budget = std::sync::Arc::new(case.budget());
    let hedging = Hedging::after(ms(case.after)).at_most(u32::try_from(case.hedges).unwrap_or(8));
    let layer = RetryLayer::new(case.policy())
        .unanswered(|unanswered| match unanswered {
            Unanswered::Elapsed(elapsed) => elapsed.into(),
            other => panic!("there is no breaker: {other:?}"),
        })
        .budget(std::sync::Arc::clone(&budget))
        .hedge(hedging);
    let service = Rc::new(Service::new(case.answers.clone()));
    let served = layer.layer(Served(Rc::clone(&service), Rc::default()));
    let outcome = served.oneshot(()).await;
    let mut seen = case.seen_of(&service, &budget, outcome, None);
    // A layer says why retries ended to log and metric alone: one of the reasons has to fit.
    if let Err(fail) = outcome {
        let reasons = [
            Ended::Exhausted,
            Ended::Budget,
            Ended::Pushback,
            Ended::Deadline,
        ];
        seen.ended = match fail {
            fail if !fail.verdict().is_retryable() => Some(Ended::Permanent),
            Fail::Late(elapsed) if elapsed.is_deadline() => Some(Ended::Deadline),
            _ => reasons.into_iter().find(|reason| {
                seen.ended = Some(*reason);
                seen.is_explained(case)
            }),
        };
    }
    seen.check(case);
}
