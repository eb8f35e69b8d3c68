//! Annotated functions with every option at once against a naive model of a whole call:
//! one rule after the other, on paper. On a clock that stands still.
//!
//! A file of its own, with one test that draws: the central rules are those of a process.
//! What hedges do beside this is in `hedging/properties.rs`.

#![cfg(all(feature = "central", feature = "macros", feature = "tokio"))]

use proptest::prelude::*;
use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Backoff, Budget, Elapsed, Ended, Jitter, Policy, Verdict, central, retry};
use std::cell::{Cell, RefCell};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const MS: fn(u64) -> Duration = Duration::from_millis;

/// 2,000 unless `RETRY_CASES` says otherwise.
fn cases() -> u32 {
    let cases = std::env::var("RETRY_CASES").ok();
    cases.and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

/// How an attempt ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Well,
    Busy,
    Fatal,
    /// A push-back.
    Later(u64),
    /// "Do not retry".
    Never,
    /// An `Ok` that is a failure.
    Bad,
    /// An `Ok` that is not the end of a poll.
    NotYet,
}

/// What one attempt does: how long it takes, in milliseconds, and how it ends.
#[derive(Clone, Copy, Debug)]
struct Played {
    takes: u64,
    says: Says,
}

/// How a call ended; errors carry the number of the attempt that they answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Said(Says, u32),
    TimedOut,
    TooLate,
    Open,
}

impl From<Elapsed> for Fault {
    fn from(elapsed: Elapsed) -> Self {
        if elapsed.is_deadline() {
            Self::TooLate
        } else {
            Self::TimedOut
        }
    }
}

impl From<Rejected> for Fault {
    fn from(_: Rejected) -> Self {
        Self::Open
    }
}

fn verdict(fault: &Fault) -> Verdict {
    match fault {
        Fault::Said(Says::Later(wait), _) => Verdict::refused().with_pushback(MS(*wait)),
        Fault::Said(Says::Never, _) => Verdict::transient().with_no_retry(),
        Fault::Said(Says::Busy, _) | Fault::TimedOut => Verdict::transient(),
        Fault::Said(..) | Fault::TooLate | Fault::Open => Verdict::permanent(),
    }
}

/// A response: by which attempt, and what it says.
type Response = (u32, Says);

fn is_bad(response: &Response) -> bool {
    response.1 == Says::Bad
}

/// What came of a call.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    outcome: Result<Response, Fault>,
    /// Why and after how many attempts, as `fallback` is told.
    end: Option<(Ended, u32)>,
    attempts: u32,
    /// When it was over.
    took: u64,
    /// What is left in the budget.
    tokens: u32,
    /// The attempts whose failure `notify` was told of.
    notified: Vec<u32>,
    /// How often the hook before a retry ran.
    hooks: u32,
}

/// Which attempt the breaker says something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breaker {
    Closed,
    /// It rejects this one.
    OpensAt(u32),
    /// This one is a probe.
    Probes(u32),
}

/// The rules of `central`: a key that is there changes what the code has.
#[derive(Clone, Copy, Debug)]
struct Ruled {
    off: bool,
    max: Option<u32>,
    deadline: Option<u64>,
}

/// Figures in milliseconds, of which the model makes what it wants by itself.
#[derive(Clone, Debug)]
struct Case {
    max: u32,
    backoff: (u64, u64, u64),
    timeout: Option<u64>,
    deadline: Option<u64>,
    retry_for: Option<u64>,
    longest_pushback: u64,
    tokens: u32,
    breaker: Breaker,
    nested: bool,
    ruled: Ruled,
    hook_takes: u64,
    script: Vec<Played>,
}

/// What the code of the call sees and does.
struct World<'c> {
    case: &'c Case,
    policy: Policy,
    budget: Budget,
    admitted: Cell<u32>,
    recorded: Cell<u32>,
    attempts: Cell<u32>,
    end: Cell<Option<(Ended, u32)>>,
    notified: RefCell<Vec<u32>>,
    hooks: Cell<u32>,
}

impl Gate for World<'_> {
    fn admit(&self) -> Result<Admission, Rejected> {
        let number = self.admitted.get() + 1;
        match self.case.breaker {
            Breaker::OpensAt(opens) if opens == number => return Err(Rejected::new()),
            _ => self.admitted.set(number),
        }
        Ok(if self.case.breaker == Breaker::Probes(number) {
            Admission::Probe
        } else {
            Admission::Normal
        })
    }

    fn record(&self, _: Admission, _: GateOutcome) {
        self.recorded.set(self.recorded.get() + 1);
    }
}

impl World<'_> {
    async fn ask(&self, number: u32) -> Result<Response, Fault> {
        self.attempts.set(self.attempts.get() + 1);
        assert_eq!(number, self.attempts.get(), "attempts are counted from 1");
        let Played { takes, says } = self.case.played(number);
        sleep(MS(takes)).await;
        match says {
            Says::Well | Says::Bad | Says::NotYet => Ok((number, says)),
            says => Err(Fault::Said(says, number)),
        }
    }

    async fn hook(&self) {
        self.hooks.set(self.hooks.get() + 1);
        sleep(MS(self.case.hook_takes)).await;
    }
}

/// The options that all of these have.
macro_rules! functions {
    ($($name:ident($world:ident $(, $($option:tt)*)?);)*) => {
        $(#[retry(
            name = "reference", policy = &$world.policy, on = verdict, budget = &$world.budget,
            breaker = $world, attempt = at,
            notify = |failure| $world.notified.borrow_mut().push(failure.attempt()),
            before_retry = |_| $world.hook(),
            fallback = |error, end| {
                $world.end.set(Some((end.reason, end.attempts)));
                Err(error)
            },
            $($($option)*)?
        )]
        async fn $name($world: &World<'_>) -> Result<Response, Fault> {
            $world.ask(at.number()).await
        })*
    };
}

functions! {
    plain(world, on_ok = is_bad);
    elapsed_by_hand(world, on_ok = is_bad, elapsed = Fault::from);
    hedged_never(world, on_ok = is_bad, hedge(None::<Duration>, 2));
    polled(world, until = |response| response.1 != Says::NotYet, max = world.policy.max());
}

/// A call further out, which is on a retry where the case wants that.
#[retry(max = 1, backoff = none, on = always, budget = none, attempt = at, deadline = none)]
async fn outer(way: Way, world: &World<'_>) -> Result<Result<Response, Fault>, Fault> {
    if world.case.nested && at.number() == 1 {
        return Err(Fault::Open);
    }
    Ok(match way {
        Way::Plain => plain(world).await,
        Way::ElapsedByHand => elapsed_by_hand(world).await,
        Way::HedgedNever => hedged_never(world).await,
        Way::Polled => polled(world).await,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Plain,
    ElapsedByHand,
    HedgedNever,
    Polled,
}

impl Case {
    fn policy(&self) -> Policy {
        let (first, step, cap) = self.backoff;
        let mut policy = Policy::DEFAULT
            .with_max(self.max)
            .with_backoff(Backoff::linear(MS(first), MS(step), MS(cap)).unwrap())
            .with_jitter(Jitter::NONE)
            .with_longest_pushback(MS(self.longest_pushback));
        if let Some(timeout) = self.timeout {
            policy = policy.with_timeout(MS(timeout));
        }
        if let Some(deadline) = self.deadline {
            policy = policy.with_deadline(MS(deadline));
        }
        if let Some(retry_for) = self.retry_for {
            policy = policy.with_retry_for(MS(retry_for));
        }
        policy
    }

    /// The last line of the script is repeated without end.
    fn played(&self, number: u32) -> Played {
        let last = self.script.len() - 1;
        self.script[(number as usize - 1).min(last)]
    }

    fn install(&self) {
        let Ruled { off, max, deadline } = self.ruled;
        let mut words = Vec::new();
        words.extend(max.map(|max| format!("max = {max}")));
        words.extend(deadline.map(|deadline| format!("deadline = {deadline}ms")));
        let words = words.join(", ");
        let rules = format!("[reference]\npolicy = '{words}'\nenabled = {}", !off);
        central::install(rules.parse().unwrap());
    }

    /// A process without a success starts with room for three calls: what is too much is
    /// spent. Failures cost nothing until then.
    fn budget(&self) -> Budget {
        let max = self.max.max(self.ruled.max.unwrap_or_default());
        let full = self.tokens.max(3 * max);
        let budget = Budget::standard().reserve(full);
        for _ in self.tokens..full {
            assert!(budget.try_retry(max));
        }
        budget
    }

    async fn observed(&self, way: Way) -> Seen {
        self.install();
        let world = World {
            case: self,
            policy: self.policy(),
            budget: self.budget(),
            admitted: Cell::new(0),
            recorded: Cell::new(0),
            attempts: Cell::new(0),
            end: Cell::new(None),
            notified: RefCell::default(),
            hooks: Cell::new(0),
        };
        let start = Instant::now();
        let outcome = outer(way, &world).await.expect("its second attempt asks");
        let took = u64::try_from(start.elapsed().as_millis()).unwrap();
        assert_eq!(world.admitted, world.recorded, "each admission is heard of");
        // Whole tokens: what the last success earned is a fraction of one.
        let left = (0..1000).take_while(|_| world.budget.try_retry(0)).count();
        Seen {
            outcome,
            end: world.end.get(),
            attempts: world.attempts.get(),
            took,
            tokens: u32::try_from(left).unwrap(),
            notified: world.notified.take(),
            hooks: world.hooks.get(),
        }
    }
}

/// Where a call stands, on paper.
struct Paper<'c> {
    case: &'c Case,
    max: u32,
    timeout: Option<u64>,
    deadline: Option<u64>,
    retry_for: Option<u64>,
    now: u64,
    number: u32,
    tokens: u32,
    since_pushback: u64,
    notified: Vec<u32>,
    hooks: u32,
}

const NEVER: u64 = u64::MAX;

impl<'c> Paper<'c> {
    /// Under a rule the smaller holds of limits that do not fit one another.
    fn new(case: &'c Case) -> Self {
        let Ruled { off, max, deadline } = case.ruled;
        let is_ruled = off || max.is_some() || deadline.is_some();
        let deadline = deadline.or(case.deadline);
        let most = deadline.filter(|_| is_ruled).unwrap_or(NEVER);
        let within = |limit: u64| limit.min(most);
        let ruled_max = case.ruled.max.filter(|_| case.max > 0);
        Self {
            case,
            max: ruled_max.unwrap_or(case.max),
            timeout: case.timeout.map(within),
            deadline,
            retry_for: case.retry_for.map(within),
            now: 0,
            number: 0,
            tokens: case.tokens,
            since_pushback: 0,
            notified: Vec::new(),
            hooks: 0,
        }
    }

    fn left(&self, limit: Option<u64>) -> u64 {
        limit.map_or(NEVER, |limit| limit.saturating_sub(self.now))
    }

    /// The attempt runs: what it comes to.
    fn attempts(&mut self) -> Result<Response, Fault> {
        self.number += 1;
        let Played { takes, says } = self.case.played(self.number);
        let (left, timeout) = (self.left(self.deadline), self.timeout.unwrap_or(NEVER));
        let given = takes.min(timeout).min(left);
        self.now += given;
        match says {
            _ if given < takes && left <= timeout => Err(Fault::TooLate),
            _ if given < takes => Err(Fault::TimedOut),
            Says::Well | Says::Bad | Says::NotYet => Ok((self.number, says)),
            says => Err(Fault::Said(says, self.number)),
        }
    }

    /// The rules, one after the other: the wait, or why there is none.
    fn decides(&mut self, tried: &Result<Response, Fault>) -> Result<u64, Ended> {
        let case = self.case;
        let not_yet = matches!(tried, Ok((_, Says::NotYet)));
        let verdict = match tried {
            Ok(_) => Verdict::transient(),
            Err(fault) => verdict(fault),
        };
        let millis = |wait: Duration| u64::try_from(wait.as_millis()).unwrap();
        let pushback = verdict.pushback().map(millis);
        match tried {
            Err(Fault::TooLate) => return Err(Ended::Deadline),
            _ if verdict == Verdict::permanent() => return Err(Ended::Permanent),
            _ if !not_yet && case.breaker == Breaker::Probes(self.number) => {
                return Err(Ended::Rejected);
            }
            _ if verdict.is_retry_refused() => return Err(Ended::Pushback),
            _ if !not_yet && case.ruled.off => return Err(Ended::Exhausted),
            _ if self.number > self.max => return Err(Ended::Exhausted),
            _ if !not_yet && case.nested => return Err(Ended::Nested),
            _ if pushback.is_some_and(|wait| wait > case.longest_pushback) => {
                return Err(Ended::Pushback);
            }
            _ => {}
        }
        let (first, step, cap) = case.backoff;
        let wait = pushback.unwrap_or((first + step * self.since_pushback).min(cap));
        let window = self.left(self.retry_for);
        if window == 0 || wait > window {
            return Err(Ended::Exhausted);
        }
        if wait >= self.left(self.deadline) {
            return Err(Ended::Deadline);
        }
        if !not_yet {
            self.tokens = self.tokens.checked_sub(1).ok_or(Ended::Budget)?;
            self.notified.push(self.number);
        }
        self.since_pushback = if pushback.is_some() {
            0
        } else {
            self.since_pushback + 1
        };
        Ok(wait)
    }

    /// What a success earns back: the retry and the failure before it, more after a
    /// time-out, and nothing after a push-back or the "not yet" of a poll.
    fn earns(before: &Result<Response, Fault>) -> u32 {
        match before {
            Err(Fault::Said(Says::Later(_), _)) | Ok((_, Says::NotYet)) => 0,
            Err(Fault::TimedOut) => 5,
            _ => 2,
        }
    }

    fn expected(mut self) -> Seen {
        let (mut earns, mut paid) = (0, false);
        loop {
            if self.case.breaker == Breaker::OpensAt(self.number + 1) {
                self.tokens += u32::from(paid);
                return self.over(Err(Fault::Open), Some(Ended::Rejected));
            }
            if paid {
                // The hook before the retry, which the deadline cuts: a poll that asks again
                // is none.
                self.hooks += 1;
                let left = self.left(self.deadline);
                self.now += self.case.hook_takes.min(left);
                if self.case.hook_takes > left {
                    let attempts = self.number;
                    // It counts as the retry's outcome.
                    self.number += 1;
                    let outcome = self.over(Err(Fault::TooLate), Some(Ended::Deadline));
                    return Seen {
                        attempts,
                        ..outcome
                    };
                }
            }
            let tried = self.attempts();
            if matches!(tried, Ok((_, Says::Well))) {
                self.tokens += earns;
                return self.over(tried, None);
            }
            match self.decides(&tried) {
                Ok(wait) => self.now += wait,
                Err(ended) => return self.over(tried, Some(ended)),
            }
            paid = !matches!(tried, Ok((_, Says::NotYet)));
            earns = Self::earns(&tried);
        }
    }

    /// `fallback` is told of errors alone.
    fn over(self, outcome: Result<Response, Fault>, ended: Option<Ended>) -> Seen {
        Seen {
            end: ended
                .filter(|_| outcome.is_err())
                .map(|ended| (ended, self.number)),
            outcome,
            attempts: self.number,
            took: self.now,
            tokens: self.tokens,
            notified: self.notified,
            hooks: self.hooks,
        }
    }
}

/// All times are multiples of 10 ms: that an attempt, or the wait for it, would end at the
/// very moment of a limit is frequent.
fn tens(range: std::ops::Range<u64>) -> impl Strategy<Value = u64> {
    range.prop_map(|tens| tens * 10)
}

fn scripts() -> impl Strategy<Value = Vec<Played>> {
    let says = prop_oneof![
        2 => Just(Says::Well),
        9 => Just(Says::Busy),
        1 => Just(Says::Fatal),
        2 => tens(0..60).prop_map(Says::Later),
        1 => Just(Says::Never),
        4 => Just(Says::Bad),
    ];
    let played = (tens(0..50), says).prop_map(|(takes, says)| Played { takes, says });
    proptest::collection::vec(played, 1..8)
}

fn ruled() -> impl Strategy<Value = Ruled> {
    let max = prop_oneof![6 => Just(None), 1 => Just(Some(0)), 1 => Just(Some(2))];
    let deadline = prop_oneof![6 => Just(None), 1 => Just(Some(50)), 1 => Just(Some(300))];
    (proptest::bool::weighted(0.1), max, deadline).prop_map(|(off, max, deadline)| Ruled {
        off,
        max,
        deadline,
    })
}

fn a_case() -> impl Strategy<Value = Case> {
    let limits = (
        proptest::option::of(tens(1..40)),
        proptest::option::of(tens(1..200)),
        proptest::option::weighted(0.3, tens(0..200)),
        tens(0..60),
    );
    let backoff = (tens(1..10), tens(1..10), tens(10..30));
    let breaker = prop_oneof![
        6 => Just(Breaker::Closed),
        1 => (1u32..5).prop_map(Breaker::OpensAt),
        1 => (1u32..5).prop_map(Breaker::Probes),
    ];
    let around = (breaker, proptest::bool::weighted(0.1), ruled(), tens(0..3));
    (0u32..7, 0u32..8, backoff, limits, around, scripts()).prop_map(
        |(max, tokens, backoff, limits, (breaker, nested, ruled, hook_takes), script)| Case {
            max,
            backoff,
            timeout: limits.0,
            deadline: limits.1,
            retry_for: limits.2,
            longest_pushback: limits.3,
            tokens,
            breaker,
            nested,
            ruled,
            hook_takes,
            script,
        },
    )
}

fn on_paused_clock<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_call_with_every_option_goes_as_on_paper(
        mut case in a_case(),
        way in prop::sample::select(vec![
            Way::Plain, Way::ElapsedByHand, Way::HedgedNever, Way::Polled,
        ]),
    ) {
        if way == Way::Polled {
            // A poll has no bad responses, and others are not polls.
            for played in &mut case.script {
                if played.says == Says::Bad {
                    played.says = Says::NotYet;
                }
            }
        }
        let observed = on_paused_clock(case.observed(way));
        prop_assert_eq!(observed, Paper::new(&case).expected());
    }
}
