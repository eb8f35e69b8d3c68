//! The state machine against a naive model of it: random policies, verdicts,
//! hedges, clocks and budgets.

use super::{Attempts, Happened, World};
use crate::elapsed::Elapsed;
use crate::ended::Ended;
use crate::engine::delays::NextDelay;
use crate::engine::into_verdict::Judgement;
use crate::policy::Policy;
use crate::verdict::Verdict;
use proptest::prelude::*;
use retry_words::{Backoff, Jitter};
use std::time::Duration;

/// 2,000 unless `RETRY_CASES` says otherwise.
fn cases() -> u32 {
    let cases = std::env::var("RETRY_CASES").ok();
    cases.and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

/// What the world says after one failed attempt.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is drawn apart from the others"
)]
#[derive(Clone, Debug)]
struct Moment {
    verdict: Verdict,
    remaining: Option<Duration>,
    /// Until the last retry may start.
    window: Option<Duration>,
    closed: Option<Ended>,
    /// The deadline has cut the attempt.
    late: bool,
    probe: bool,
    unsent_only: bool,
    not_yet: bool,
    nested: bool,
    delay: NextDelay,
    random: f64,
    funded: bool,
}

impl World for Moment {
    fn closed(&mut self) -> Option<Ended> {
        self.closed
    }

    fn retry_window(&mut self) -> Option<Duration> {
        self.window
    }

    fn remaining(&mut self) -> Option<Duration> {
        self.remaining
    }

    fn is_nested(&mut self) -> bool {
        self.nested
    }

    fn next_delay(&mut self) -> NextDelay {
        self.delay
    }

    fn random(&mut self) -> f64 {
        self.random
    }

    fn spend(&mut self) -> bool {
        self.funded
    }
}

fn step(attempts: &mut Attempts, policy: &Policy, now: &mut Moment) -> Result<Duration, Ended> {
    let judgement = Judgement::of(now.verdict);
    let judgement = if now.unsent_only {
        judgement.unsent_only()
    } else {
        judgement
    };
    let happened = Happened {
        judgement: (!now.not_yet).then_some(judgement),
        cut: now.late.then(|| Elapsed::deadline(Duration::from_secs(1))),
        probe: now.probe,
    };
    attempts.step(policy, &happened, now)
}

/// A retry that was decided.
#[derive(Clone, Copy, Debug)]
enum Past {
    Hedge,
    Pushback,
    /// After this delay, before jitter.
    Backoff(Duration),
}

/// The next delay, before jitter and after it: with nothing remembered but the
/// list of what was decided before. `None` at the end of the user's iterator.
fn delays(policy: &Policy, before: &[Past], now: &Moment) -> Option<(Past, Duration)> {
    if let Some(wait) = now.verdict.pushback().filter(|_| !now.not_yet) {
        return Some((Past::Pushback, wait));
    }
    let since_pushback: Vec<Duration> = before
        .iter()
        .rev()
        .take_while(|past| !matches!(past, Past::Pushback))
        .filter_map(|past| match past {
            Past::Backoff(base) => Some(*base),
            _ => None,
        })
        .collect();
    let rule = match now.delay {
        NextDelay::Over => return None,
        NextDelay::Given(_) => None,
        NextDelay::Rule(rule) => Some(rule),
        NextDelay::Policy => Some(policy.backoff),
    };
    let base = match (now.delay, rule) {
        (NextDelay::Given(delay), _) => delay,
        (_, rule) => rule?.delay(
            u32::try_from(since_pushback.len() + 1).unwrap(),
            since_pushback.first().copied().unwrap_or_default(),
            now.random,
        ),
    };
    let jitter = match policy.jitter {
        Some(jitter) => jitter,
        None if rule.is_some_and(|rule| rule.is_random()) => Jitter::NONE,
        None => Jitter::EQUAL,
    };
    Some((Past::Backoff(base), jitter.apply(base, now.random)))
}

/// The rules, one after the other, for a retry after that wait.
fn naive(
    policy: &Policy,
    made: usize,
    now: &Moment,
    wait: Option<Duration>,
) -> Result<Duration, Ended> {
    let too_long = now
        .verdict
        .pushback()
        .is_some_and(|wait| wait > policy.longest_pushback);
    let judged = !now.not_yet;
    match wait {
        _ if now.late => Err(Ended::Deadline),
        _ if judged && now.verdict.is_permanent() => Err(Ended::Permanent),
        _ if judged && now.probe => Err(Ended::Rejected),
        _ if judged && now.verdict.is_retry_refused() => Err(Ended::Pushback),
        _ if judged && now.unsent_only && !now.verdict.is_unexecuted() => Err(Ended::Exhausted),
        _ if now.closed.is_some() => Err(now.closed.unwrap()),
        _ if made >= policy.max() as usize => Err(Ended::Exhausted),
        _ if judged && now.nested => Err(Ended::Nested),
        _ if judged && too_long => Err(Ended::Pushback),
        None => Err(Ended::Exhausted),
        Some(_) if now.window == Some(Duration::ZERO) => Err(Ended::Exhausted),
        Some(wait) if now.window.is_some_and(|left| wait > left) => Err(Ended::Exhausted),
        Some(wait) if now.remaining.is_some_and(|left| wait >= left) => Err(Ended::Deadline),
        Some(_) if judged && !now.funded => Err(Ended::Budget),
        Some(wait) => Ok(wait),
    }
}

/// What `attempts` waits for where nothing but the policy stops it: a
/// decorrelated delay builds on the one before, of which half the digits are
/// kept. So it may be a little shorter than on paper, but not longer.
fn wait_of(attempts: &Attempts, policy: &Policy, now: &Moment, on_paper: Duration) -> Duration {
    let mut copy = Attempts { ..*attempts };
    let mut unlimited = Moment {
        verdict: match now.verdict.pushback().filter(|_| !now.not_yet) {
            Some(wait) => Verdict::transient().with_pushback(wait),
            None => Verdict::transient(),
        },
        closed: None,
        late: false,
        probe: false,
        unsent_only: false,
        remaining: None,
        window: None,
        nested: false,
        funded: true,
        ..now.clone()
    };
    let policy = policy
        .with_max(u32::MAX)
        .with_longest_pushback(Duration::MAX);
    let Ok(wait) = step(&mut copy, &policy, &mut unlimited) else {
        panic!("nothing stops it");
    };
    // Jitter rounds to a nanosecond in either direction.
    let slack = Duration::from_nanos(1);
    assert!(wait <= on_paper + slack, "{wait:?} instead of {on_paper:?}");
    assert!(
        wait + slack >= on_paper.mul_f64(1.0 - 1e-5),
        "{wait:?} instead of {on_paper:?}"
    );
    wait
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
    let after = proptest::option::weighted(0.2, durations());
    (kinds, after, rarely()).prop_map(|(verdict, after, refused)| match after {
        _ if refused => verdict.with_no_retry(),
        Some(wait) => verdict.with_pushback(wait),
        None => verdict,
    })
}

/// Where a call's delays come from: from one place.
#[derive(Clone, Copy, Debug)]
enum Source {
    Policy,
    Rule(Backoff),
    Iterator,
}

fn sources() -> impl Strategy<Value = Source> {
    prop_oneof![
        4 => Just(Source::Policy),
        1 => backoffs().prop_map(Source::Rule),
        1 => Just(Source::Iterator),
    ]
}

/// How much time is left, measured by the wait that is planned.
#[derive(Clone, Copy, Debug)]
enum Left {
    Endless,
    This(Duration),
    AsLongAsTheWait,
    Less,
    More,
}

impl Left {
    fn beside(self, wait: Duration) -> Option<Duration> {
        let nanosecond = Duration::from_nanos(1);
        match self {
            Self::Endless => None,
            Self::This(left) => Some(left),
            Self::AsLongAsTheWait => Some(wait),
            Self::Less => Some(wait.saturating_sub(nanosecond)),
            Self::More => Some(wait + nanosecond),
        }
    }
}

fn lefts() -> impl Strategy<Value = Left> {
    prop_oneof![
        12 => Just(Left::Endless),
        3 => durations().prop_map(Left::This),
        2 => Just(Left::AsLongAsTheWait),
        1 => Just(Left::Less),
        6 => Just(Left::More),
    ]
}

/// What happens before a failure, and what the world says after it.
#[derive(Clone, Debug)]
struct Turn {
    /// So many hedges start, where `max` lets them.
    hedges: u32,
    left: Left,
    /// Of the user's iterator.
    given: Option<Duration>,
    window: Left,
    now: Moment,
}

/// What is rarely so.
fn rarely() -> impl Strategy<Value = bool> {
    proptest::bool::weighted(0.04)
}

fn turns() -> impl Strategy<Value = Turn> {
    (
        prop_oneof![4 => Just(0), 1 => 1u32..3],
        verdicts(),
        (lefts(), lefts()),
        (rarely(), rarely(), rarely(), rarely(), rarely(), rarely()),
        proptest::option::weighted(0.9, durations()),
        0.0..1.0f64,
        proptest::bool::weighted(0.9),
    )
        .prop_map(
            |(hedges, verdict, (left, window), rare, given, random, funded)| {
                let (nested, closed, late, probe, unsent_only, not_yet) = rare;
                let now = Moment {
                    verdict,
                    closed: closed.then_some(Ended::Budget),
                    late,
                    probe,
                    unsent_only,
                    not_yet,
                    remaining: None,
                    window: None,
                    nested,
                    delay: NextDelay::Policy,
                    random,
                    funded,
                };
                Turn {
                    hedges,
                    left,
                    given,
                    window,
                    now,
                }
            },
        )
}

fn backoffs() -> impl Strategy<Value = Backoff> {
    let ms = |range: std::ops::Range<u64>| range.prop_map(Duration::from_millis);
    prop_oneof![
        1 => Just(Backoff::none()),
        1 => ms(1..1000).prop_map(|delay| Backoff::fixed(delay).unwrap()),
        1 => (ms(1..500), ms(1..500), ms(500..5000))
            .prop_map(|(first, step, cap)| Backoff::linear(first, step, cap).unwrap()),
        1 => (ms(1..500), 1.0..4.0f64, ms(500..5000))
            .prop_map(|(first, factor, cap)| Backoff::exp(first, factor, cap).unwrap()),
        1 => (ms(1..500), ms(500..5000)).prop_map(|(first, cap)| Backoff::fib(first, cap).unwrap()),
        1 => (ms(1..500), ms(500..5000)).prop_map(|(low, high)| Backoff::random(low, high).unwrap()),
        4 => (ms(1..500), ms(500..50_000))
            .prop_map(|(first, cap)| Backoff::decorrelated(first, cap).unwrap()),
    ]
}

fn policies() -> impl Strategy<Value = Policy> {
    let jitters = proptest::option::of((0.0..=1.0f64).prop_map(|j| Jitter::fraction(j).unwrap()));
    (0u32..10, backoffs(), jitters, durations()).prop_map(|(max, backoff, jitter, longest)| {
        let policy = Policy::DEFAULT
            .with_max(max)
            .with_backoff(backoff)
            .with_longest_pushback(longest);
        jitter.map_or(policy, |jitter| policy.with_jitter(jitter))
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn decides_as_the_naive_model_does(
        policy in policies(),
        source in sources(),
        turns in proptest::collection::vec(turns(), 1..10),
    ) {
        let mut attempts = Attempts::NEW;
        let mut before = Vec::new();
        for Turn { hedges, left, window, given, mut now } in turns {
            for _ in 0..hedges {
                if attempts.retries() < policy.max() {
                    attempts.hedge();
                    before.push(Past::Hedge);
                }
            }
            now.delay = match source {
                Source::Policy => NextDelay::Policy,
                Source::Rule(rule) => NextDelay::Rule(rule),
                Source::Iterator => given.map_or(NextDelay::Over, NextDelay::Given),
            };
            let planned = delays(&policy, &before, &now);
            let wait = planned.map(|(_, wait)| wait_of(&attempts, &policy, &now, wait));
            now.remaining = left.beside(wait.unwrap_or_default());
            now.window = window.beside(wait.unwrap_or_default());
            let expected = naive(&policy, before.len(), &now, wait);
            let step = step(&mut attempts, &policy, &mut now);
            prop_assert_eq!(step, expected);
            let (Ok(_), Some((past, _))) = (step, planned) else { break };
            before.push(past);
            prop_assert_eq!(attempts.retries() as usize, before.len());
        }
        prop_assert!(attempts.retries() <= policy.max(), "attempts are at most max + 1");
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
                closed: None,
                late: false,
                probe: false,
                unsent_only: false,
                not_yet: false,
                remaining: None,
                window: None,
                nested: false,
                delay: NextDelay::Policy,
                random,
                funded: true,
            };
            match step(&mut attempts, &policy, &mut now) {
                Ok(wait) => prop_assert!(wait <= policy.backoff.longest()),
                Err(ended) => prop_assert_eq!(ended, Ended::Exhausted),
            }
        }
    }
}
