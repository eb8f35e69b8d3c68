//! The account against a model of small steps, and at its limits.

use super::super::rules::{BudgetRules, Share, Throttle};
use super::Account;
use crate::time::clock::{Instant, now};
use crate::verdict::Verdict;
use proptest::prelude::*;
use std::time::Duration;

const STANDARD: BudgetRules = BudgetRules::Share(Share::STANDARD);

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// An account at work: the counter beside it, and the time.
struct Ledger {
    account: Account,
    rules: BudgetRules,
    successes: u32,
    now: Instant,
}

impl Ledger {
    fn open(rules: BudgetRules, successes: u32) -> Self {
        let now = now();
        Self {
            account: Account::NEW.advance(rules, successes, now),
            rules,
            successes,
            now,
        }
    }

    /// Time passes, with so many successes in it.
    fn pass(&mut self, time: Duration, successes: u32) {
        self.now += time;
        self.successes = self.successes.wrapping_add(successes);
        self.account = self.account.advance(self.rules, self.successes, self.now);
    }

    fn tokens(&self) -> f64 {
        self.account.tokens(self.rules)
    }
}

/// What happens to a budget.
#[derive(Clone, Debug)]
enum Event {
    Pass { millis: u32, successes: u32 },
    Fail(Verdict),
    Take { max: u32 },
    Mend(Verdict),
    PutBack,
}

/// The budget as its documentation has it, in tokens, with time in small steps.
struct Model {
    level: f64,
    reserve: f64,
    share: f64,
    per_second: f64,
    window: f64,
    max: u32,
    fresh: bool,
}

impl Model {
    fn least(&self) -> f64 {
        match self.reserve {
            0.0 => 0.0,
            reserve => {
                let calls = if self.fresh { 3 } else { 2 };
                reserve.max(f64::from(self.max.saturating_mul(calls).min(200)))
            }
        }
    }

    /// The midpoint rule: an error of the third order in a step.
    fn pass(&mut self, millis: u32, successes: u32) {
        const STEPS: u32 = 2000;
        self.fresh &= successes == 0;
        if millis == 0 {
            self.level += f64::from(successes) * self.share;
        } else {
            let seconds = f64::from(millis) / 1000.0;
            let rate = f64::from(successes) * self.share / seconds;
            let reserve = self.least();
            let slope = |level: f64| rate - (level - reserve).max(0.0) / self.window;
            let step = seconds / f64::from(STEPS);
            for _ in 0..STEPS {
                let by_time = reserve.min(self.level + step * self.per_second);
                self.level += step * slope(self.level + step / 2.0 * slope(self.level));
                self.level = self.level.max(by_time);
            }
        }
    }

    fn ask(&mut self, max: u32) {
        let (before, is_first) = (self.least(), self.max == 0);
        self.max = self.max.max(max);
        if is_first {
            self.level += self.least() - before;
        }
    }

    /// Whether a retry is granted; where that is too close to say, what was.
    fn take(&mut self, max: u32, was_granted: bool) -> bool {
        self.ask(max);
        let granted = if (self.level - 1.0).abs() < 1e-3 {
            was_granted
        } else {
            self.level >= 1.0
        };
        if granted {
            self.level -= 1.0;
        }
        granted
    }

    fn fail(&mut self, verdict: Verdict) {
        let conflict = Verdict::transient().against_service(false);
        let free = [Verdict::permanent(), Verdict::not_sent(), conflict].contains(&verdict);
        if !free && !self.fresh {
            self.level = (self.level - 1.0).max(0.0);
        }
    }

    fn mend(&mut self, verdict: Verdict) {
        self.level += match (verdict.is_overloaded(), verdict.is_timed_out()) {
            (true, _) => 0.0,
            (false, true) => 5.0,
            (false, false) => 2.0,
        };
    }
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::transient()),
        Just(Verdict::transient().overloaded()),
        Just(Verdict::transient().timed_out()),
        Just(Verdict::refused()),
        Just(Verdict::not_sent()),
        Just(Verdict::permanent()),
        Just(Verdict::transient().with_no_retry()),
        Just(Verdict::transient().against_service(false)),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    let times = prop_oneof![Just(0), 1..500u32, 1..40_000u32];
    let counts = prop_oneof![Just(0), 0..10u32, 0..2000u32];
    prop_oneof![
        3 => (times, counts).prop_map(|(millis, successes)| Event::Pass { millis, successes }),
        4 => verdicts().prop_map(Event::Fail),
        4 => prop_oneof![Just(3u32), 1..150u32].prop_map(|max| Event::Take { max }),
        2 => verdicts().prop_map(Event::Mend),
        1 => Just(Event::PutBack),
    ]
}

fn shares() -> impl Strategy<Value = (u32, u32, u16, u32)> {
    let reserves = prop_oneof![Just(0u32), Just(10u32), 1..300u32];
    let by_time = prop_oneof![3 => Just(0u16), 1 => 1..20u16];
    (1..=100u32, reserves, by_time, 500..60_000u32)
}

fn share((percent, reserve, per_second, window): (u32, u32, u16, u32)) -> Share {
    Share::STANDARD
        .with_percent(percent)
        .unwrap()
        .with_reserve(reserve)
        .with_per_second(per_second)
        .with_window(Duration::from_millis(window.into()))
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_account_is_what_its_model_says(
        figures in shares(),
        before in 0..2u32,
        events in prop::collection::vec(events(), 1..40),
    ) {
        let mut ledger = Ledger::open(BudgetRules::Share(share(figures)), before);
        let (percent, reserve, per_second, window) = figures;
        let mut model = Model {
            level: reserve.into(),
            reserve: reserve.into(),
            share: f64::from(percent) / 100.0,
            per_second: per_second.into(),
            window: f64::from(window) / 1000.0,
            max: 0,
            fresh: before == 0,
        };
        for event in events {
            let rules = ledger.rules;
            match event {
                Event::Pass { millis, successes } => {
                    ledger.pass(Duration::from_millis(millis.into()), successes);
                    model.pass(millis, successes);
                }
                Event::Fail(verdict) => {
                    ledger.account.fail(rules, verdict);
                    model.fail(verdict);
                }
                Event::Take { max } => {
                    let granted = ledger.account.take(rules, max);
                    prop_assert_eq!(granted, model.take(max, granted));
                }
                Event::Mend(verdict) => {
                    ledger.account.mend(rules, verdict);
                    model.mend(verdict);
                }
                Event::PutBack => {
                    ledger.account.put_back(rules);
                    model.level += 1.0;
                }
            }
            let (tokens, expected) = (ledger.tokens(), model.level);
            prop_assert!(tokens >= 0.0);
            prop_assert!(
                (tokens - expected).abs() <= 2e-3 * (1.0 + expected),
                "{} is not {}", tokens, expected
            );
            // What the model does in steps is not to add up over the events.
            model.level = tokens;
        }
    }

    /// Successes that come evenly: the level is the same however often it is brought
    /// up to date.
    #[test]
    fn the_level_does_not_depend_on_how_often_it_is_asked_for(
        figures in shares(),
        spent in 0..20u32,
        parts in 1..200u32,
        each in 0..50u32,
        millis in 0..2000u32,
    ) {
        let open = || {
            let mut ledger = Ledger::open(BudgetRules::Share(share(figures)), 1);
            for _ in 0..spent {
                ledger.account.fail(ledger.rules, Verdict::transient());
            }
            ledger
        };
        let (mut whole, mut often) = (open(), open());
        let part = Duration::from_millis(millis.into());
        whole.pass(part * parts, each * parts);
        for _ in 0..parts {
            often.pass(part, each);
        }
        let (whole, often) = (whole.tokens(), often.tokens());
        prop_assert!((whole - often).abs() <= 1e-9 * (1.0 + whole), "{} is not {}", whole, often);
    }

    /// gRPC A6, a success at a time.
    #[test]
    fn a_throttle_counts_as_a6_does(
        max_tokens in 1..=1000u16,
        earned in 1..3000u32,
        events in prop::collection::vec((0..300u32, any::<bool>()), 1..100),
    ) {
        let rules = BudgetRules::Throttle(Throttle::new(max_tokens, earned));
        let mut ledger = Ledger::open(rules, 0);
        let full = u32::from(max_tokens) * 1000;
        let mut tokens = full;
        for (successes, fails) in events {
            ledger.pass(Duration::from_millis(10), successes);
            for _ in 0..successes {
                tokens = full.min(tokens + earned);
            }
            if fails {
                ledger.account.fail(rules, Verdict::transient());
                tokens = tokens.saturating_sub(1000);
            }
            let granted = ledger.account.take(rules, 3);
            prop_assert_eq!(granted, tokens > full / 2);
            prop_assert_eq!(ledger.account.level.to_bits(), f64::from(tokens).to_bits());
        }
    }
}

#[test]
fn a_counter_that_wraps_earns_what_was_added() {
    let mut ledger = Ledger::open(STANDARD, u32::MAX - 4);
    let granted = (0..20).filter(|_| ledger.account.take(STANDARD, 3)).count();
    assert_eq!(granted, 10);
    ledger.pass(Duration::ZERO, 10);
    assert!((ledger.tokens() - 1.5).abs() < f64::EPSILON);
    assert_eq!(ledger.account.seen, 5);
}

#[test]
fn a_counter_at_its_largest_stays_finite() {
    let mut ledger = Ledger::open(STANDARD, 1);
    assert!(ledger.account.take(STANDARD, u32::MAX));
    ledger.pass(Duration::ZERO, u32::MAX);
    // 15 % of 2^32 - 1, on top of the reserve.
    let expected = f64::from(u32::MAX) * 0.15 + 199.0;
    assert!((ledger.tokens() - expected).abs() < 1e-3);
}

#[test]
fn very_short_times_lose_no_precision() {
    let mut ledger = Ledger::open(STANDARD, 1);
    ledger.pass(seconds(1e-9), 1000);
    assert!((ledger.tokens() - 160.0).abs() < 1e-6);
}

#[test]
fn very_long_times_leave_the_reserve() {
    let mut ledger = Ledger::open(STANDARD, 1);
    ledger.pass(Duration::ZERO, 1_000_000);
    ledger.pass(Duration::from_secs(u32::MAX.into()), 0);
    assert!((ledger.tokens() - 10.0).abs() < f64::EPSILON);
}
