//! The state machine against a naive model of it: random policies, verdicts,
//! clocks and budgets.

use super::{Attempts, Delay, Step, World};
use crate::{Backoff, Ended, Jitter, Policy, Verdict};
use proptest::prelude::*;
use std::time::Duration;

/// What the world says after one failed attempt.
#[derive(Clone, Debug)]
struct Moment {
    verdict: Verdict,
    remaining: Option<Duration>,
    nested: bool,
    delay: Delay,
    random: f64,
    funded: bool,
}

impl World for Moment {
    fn remaining(&mut self) -> Option<Duration> {
        self.remaining
    }

    fn is_nested(&mut self) -> bool {
        self.nested
    }

    fn delay(&mut self) -> Delay {
        self.delay
    }

    fn random(&mut self) -> f64 {
        self.random
    }

    fn spend(&mut self) -> bool {
        self.funded
    }
}

/// The rules, one after the other, with nothing remembered but the list of
/// what was decided before: `None` for a push-back, else the delay before
/// jitter.
fn naive(policy: &Policy, before: &[Option<Duration>], now: &Moment) -> Step {
    let made = before.len() as u64;
    let jitter = |backoff: Option<&Backoff>| match policy.jitter {
        Some(jitter) => jitter,
        None if backoff.is_some_and(Backoff::is_random) => Jitter::NONE,
        None => Jitter::EQUAL,
    };
    let since_pushback = before.iter().rev().take_while(|was| was.is_some()).count();
    let previous = before.last().copied().flatten().unwrap_or_default();
    let by_rule = |rule: &Backoff| {
        let retry = u32::try_from(since_pushback + 1).unwrap();
        let base = rule.delay(retry, previous, now.random);
        Some(jitter(Some(rule)).apply(base, now.random))
    };
    let delay = match (now.verdict.pushback(), now.delay) {
        (Some(wait), _) => Some(wait),
        (None, Delay::Over) => None,
        (None, Delay::Given(delay)) => Some(jitter(None).apply(delay, now.random)),
        (None, Delay::Rule(rule)) => by_rule(&rule),
        (None, Delay::OfPolicy) => by_rule(&policy.backoff),
    };
    let too_long = now
        .verdict
        .pushback()
        .is_some_and(|wait| wait > policy.longest_pushback);
    match delay {
        _ if !now.verdict.is_retryable() => Step::Stop(Ended::Permanent),
        _ if made >= u64::from(policy.max) => Step::Stop(Ended::Exhausted),
        _ if now.nested => Step::Stop(Ended::Nested),
        _ if too_long => Step::Stop(Ended::Pushback),
        None => Step::Stop(Ended::Exhausted),
        Some(wait) if now.remaining.is_some_and(|left| wait >= left) => Step::Stop(Ended::Deadline),
        Some(_) if !now.funded => Step::Stop(Ended::Budget),
        Some(wait) => Step::Wait(wait),
    }
}

/// What stands in the model's list for a retry that was decided.
fn noted(policy: &Policy, before: &[Option<Duration>], now: &Moment) -> Option<Duration> {
    if now.verdict.pushback().is_some() {
        return None;
    }
    let plain = policy.jitter(Jitter::NONE);
    match naive(
        &plain,
        before,
        &Moment {
            remaining: None,
            ..now.clone()
        },
    ) {
        Step::Wait(base) => Some(base),
        Step::Stop(_) => None,
    }
}

fn durations() -> impl Strategy<Value = Duration> {
    (0u64..100_000).prop_map(Duration::from_millis)
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    let kinds = prop_oneof![
        1 => Just(Verdict::permanent()),
        6 => Just(Verdict::transient()),
        2 => Just(Verdict::not_sent()),
        2 => Just(Verdict::refused()),
    ];
    (kinds, proptest::option::weighted(0.2, durations())).prop_map(|(verdict, after)| match after {
        Some(wait) => verdict.after(wait),
        None => verdict,
    })
}

fn delays() -> impl Strategy<Value = Delay> {
    prop_oneof![
        8 => Just(Delay::OfPolicy),
        2 => backoffs().prop_map(Delay::Rule),
        2 => durations().prop_map(Delay::Given),
        1 => Just(Delay::Over),
    ]
}

fn moments() -> impl Strategy<Value = Moment> {
    (
        verdicts(),
        proptest::option::weighted(0.3, durations()),
        proptest::bool::weighted(0.05),
        delays(),
        0.0..1.0f64,
        proptest::bool::weighted(0.9),
    )
        .prop_map(
            |(verdict, remaining, nested, delay, random, funded)| Moment {
                verdict,
                remaining,
                nested,
                delay,
                random,
                funded,
            },
        )
}

/// Backoffs whose delays do not build on the one before: that one is kept
/// rounded, and has a test of its own.
fn backoffs() -> impl Strategy<Value = Backoff> {
    let ms = |range: std::ops::Range<u64>| range.prop_map(Duration::from_millis);
    prop_oneof![
        Just(Backoff::none()),
        ms(1..1000).prop_map(|delay| Backoff::fixed(delay).unwrap()),
        (ms(1..500), ms(1..500), ms(500..5000))
            .prop_map(|(first, step, cap)| Backoff::linear(first, step, cap).unwrap()),
        (ms(1..500), 1.0..4.0f64, ms(500..5000))
            .prop_map(|(first, factor, cap)| Backoff::exp(first, factor, cap).unwrap()),
        (ms(1..500), ms(500..5000)).prop_map(|(first, cap)| Backoff::fib(first, cap).unwrap()),
        (ms(1..500), ms(500..5000)).prop_map(|(low, high)| Backoff::random(low, high).unwrap()),
    ]
}

fn policies() -> impl Strategy<Value = Policy> {
    let jitters = proptest::option::of((0.0..=1.0f64).prop_map(|j| Jitter::fraction(j).unwrap()));
    (0u32..6, backoffs(), jitters, durations()).prop_map(|(max, backoff, jitter, longest)| {
        let policy = Policy::DEFAULT
            .max(max)
            .backoff(backoff)
            .longest_pushback(longest);
        jitter.map_or(policy, |jitter| policy.jitter(jitter))
    })
}

proptest! {
    #[test]
    fn decides_as_the_naive_model_does(
        policy in policies(),
        moments in proptest::collection::vec(moments(), 1..10),
    ) {
        let mut attempts = Attempts::NEW;
        let mut before = Vec::new();
        for mut now in moments {
            let expected = naive(&policy, &before, &now);
            let step = attempts.step(&policy, now.verdict, &mut now);
            prop_assert_eq!(step, expected);
            let Step::Wait(_) = step else { break };
            before.push(noted(&policy, &before, &now));
        }
        prop_assert!(attempts.retries() <= policy.max, "attempts are at most max + 1");
    }

    #[test]
    fn no_delay_of_the_policy_is_above_its_cap(
        policy in policies(),
        randoms in proptest::collection::vec(0.0..1.0f64, 1..10),
    ) {
        let mut attempts = Attempts::NEW;
        for random in randoms {
            let mut now = Moment {
                verdict: Verdict::transient(),
                remaining: None,
                nested: false,
                delay: Delay::OfPolicy,
                random,
                funded: true,
            };
            match attempts.step(&policy, now.verdict, &mut now) {
                Step::Wait(wait) => prop_assert!(wait <= policy.backoff.longest()),
                Step::Stop(ended) => prop_assert_eq!(ended, Ended::Exhausted),
            }
        }
    }
}
