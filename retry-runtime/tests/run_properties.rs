//! `policy.run(..)` against a naive model of a whole call: random policies,
//! attempts, limits and budgets, on a clock that stands still.

#![cfg(feature = "tokio")]

use proptest::prelude::*;
use retry_runtime::{Backoff, Budget, Elapsed, Jitter, Policy, Verdict};
use std::cell::Cell;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What one attempt does: how long it takes, in milliseconds, and how it ends.
#[derive(Clone, Copy, Debug)]
struct Played {
    takes: u64,
    says: Says,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Well,
    Busy,
    Fatal,
    Later(u64),
}

/// How a call ended; errors carry the number of the attempt that they answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Said(Says, u32),
    TimedOut,
    TooLate,
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

fn verdict(fault: &Fault) -> Verdict {
    match fault {
        Fault::Said(Says::Later(wait), _) => Verdict::refused().with_pushback(MS(*wait)),
        Fault::Said(Says::Busy, _) | Fault::TimedOut => Verdict::transient(),
        Fault::Said(..) | Fault::TooLate => Verdict::permanent(),
    }
}

/// What came of a call: the outcome, the number of attempts, when it was over,
/// and what is left in the budget.
type Outcome = (Result<u32, Fault>, u32, u64, u32);

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A policy and its figures in milliseconds, of which the model makes what it
/// wants by itself.
#[derive(Clone, Debug)]
struct Case {
    max: u32,
    first: u64,
    step: u64,
    cap: u64,
    timeout: Option<u64>,
    deadline: Option<u64>,
    longest_pushback: u64,
    tokens: u32,
    script: Vec<Played>,
}

impl Case {
    fn policy(&self) -> Policy {
        let backoff = Backoff::linear(MS(self.first), MS(self.step), MS(self.cap)).unwrap();
        let mut policy = Policy::DEFAULT
            .with_max(self.max)
            .with_backoff(backoff)
            .with_jitter(Jitter::NONE)
            .with_longest_pushback(MS(self.longest_pushback));
        if let Some(timeout) = self.timeout {
            policy = policy.with_timeout(MS(timeout));
        }
        if let Some(deadline) = self.deadline {
            policy = policy.with_deadline(MS(deadline));
        }
        policy
    }

    /// The last line of the script is repeated without end.
    fn played(&self, number: u32) -> Played {
        let last = self.script.len() - 1;
        self.script[(number as usize - 1).min(last)]
    }

    /// One rule after the other, on paper.
    fn expected(&self) -> Outcome {
        let (mut now, mut number, mut tokens, mut since_pushback) = (0, 0, self.tokens, 0);
        let never = u64::MAX;
        // What a success earns back: the retry and the failure before it, more after a
        // time-out, and nothing after a push-back.
        let mut earns = 0;
        loop {
            number += 1;
            let Played { takes, says } = self.played(number);
            let left = self.deadline.map_or(never, |deadline| deadline - now);
            let timeout = self.timeout.unwrap_or(never);
            let given = takes.min(timeout).min(left);
            now += given;
            let fault = match says {
                _ if given < takes && left <= timeout => {
                    return (Err(Fault::TooLate), number, now, tokens);
                }
                _ if given < takes => Fault::TimedOut,
                Says::Well => return (Ok(number), number, now, tokens + earns),
                says => Fault::Said(says, number),
            };
            let wait = if let Fault::Said(Says::Later(wait), _) = fault {
                since_pushback = 0;
                wait
            } else {
                since_pushback += 1;
                (self.first + self.step * (since_pushback - 1)).min(self.cap)
            };
            let left = self.deadline.map_or(never, |deadline| deadline - now);
            let parked =
                matches!(fault, Fault::Said(Says::Later(wait), _) if wait > self.longest_pushback);
            let ends = matches!(fault, Fault::Said(Says::Fatal, _))
                || number > self.max
                || parked
                || wait >= left
                || tokens == 0;
            if ends {
                return (Err(fault), number, now, tokens);
            }
            earns = match fault {
                Fault::Said(Says::Later(_), _) => 0,
                Fault::TimedOut => 5,
                _ => 2,
            };
            tokens -= 1;
            now += wait;
        }
    }

    async fn observed(&self) -> Outcome {
        // A process without a success starts with room for three calls: what is too
        // much is spent. Failures cost nothing until then.
        let full = self.tokens.max(3 * self.max);
        let budget = Budget::standard().reserve(full);
        for _ in self.tokens..full {
            assert!(budget.try_retry(self.max));
        }
        let (start, attempts) = (Instant::now(), Cell::new(0));
        let outcome = self
            .policy()
            .run(async |at| {
                attempts.set(attempts.get() + 1);
                assert_eq!(at.number(), attempts.get(), "attempts are counted from 1");
                let played = self.played(at.number());
                sleep(MS(played.takes)).await;
                match played.says {
                    Says::Well => Ok(at.number()),
                    says => Err(Fault::Said(says, at.number())),
                }
            })
            .on(verdict)
            .budget(&budget)
            .await;
        let took = u64::try_from(start.elapsed().as_millis()).unwrap();
        // Whole tokens: what the last success earned is a fraction of one.
        let left = (0..1000).take_while(|_| budget.try_retry(0)).count();
        (outcome, attempts.get(), took, u32::try_from(left).unwrap())
    }
}

/// All times are multiples of 10 ms: that an attempt, or the wait for it, would
/// end at the very moment of a limit is frequent.
fn tens(range: std::ops::Range<u64>) -> impl Strategy<Value = u64> {
    range.prop_map(|tens| tens * 10)
}

fn scripts() -> impl Strategy<Value = Vec<Played>> {
    let says = prop_oneof![
        1 => Just(Says::Well),
        6 => Just(Says::Busy),
        1 => Just(Says::Fatal),
        2 => tens(0..60).prop_map(Says::Later),
    ];
    let played = (tens(0..50), says).prop_map(|(takes, says)| Played { takes, says });
    proptest::collection::vec(played, 1..8)
}

fn cases() -> impl Strategy<Value = Case> {
    let limits = (
        proptest::option::of(tens(1..40)),
        proptest::option::of(tens(1..200)),
        tens(0..60),
    );
    let backoff = (tens(1..10), tens(1..10), tens(10..30));
    (0u32..7, 0u32..8, backoff, limits, scripts()).prop_map(
        |(max, tokens, (first, step, cap), (timeout, deadline, longest_pushback), script)| Case {
            max,
            first,
            step,
            cap,
            timeout,
            deadline,
            longest_pushback,
            tokens,
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
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_run_goes_as_on_paper(case in cases()) {
        let (outcome, attempts, took, tokens) = on_paused_clock(case.observed());
        prop_assert!(attempts <= case.max + 1);
        prop_assert!(case.deadline.is_none_or(|deadline| took <= deadline));
        prop_assert_eq!((outcome, attempts, took, tokens), case.expected());
    }

    /// With limits, delays and push-backs of any size, up to the largest there is.
    #[test]
    fn no_size_overflows(
        sizes in proptest::collection::vec(any_size(), 7),
        max in prop_oneof![0u32..4, Just(u32::MAX)],
        factor in prop_oneof![1.0..4.0f64, Just(f64::MAX)],
    ) {
        let [first, cap, timeout, deadline, longest, pushback, takes] = sizes[..] else {
            unreachable!("seven were asked for")
        };
        let (first, cap) = (first.min(cap), first.max(cap));
        let Ok(backoff) = Backoff::exp(first, factor, cap) else { return Ok(()) };
        let policy = Policy::DEFAULT
            .with_max(max)
            .with_backoff(backoff)
            .with_timeout(timeout)
            .with_deadline(deadline)
            .with_longest_pushback(longest);
        let attempts = Cell::new(0u32);
        let waited = Cell::new(Ok(()));
        let outcome = on_paused_clock(policy
            .run(async |at| {
                attempts.set(attempts.get() + 1);
                if at.number() > 4 {
                    return Ok(());
                }
                sleep(takes.min(Duration::from_secs(1 << 20))).await;
                Err(Fault::Said(Says::Busy, at.number()))
            })
            .on(|_: &Fault| if attempts.get() == 2 {
                Verdict::transient().with_pushback(pushback)
            } else {
                Verdict::transient()
            })
            .sleep(|wait| {
                if wait > cap.max(longest).max(timeout).max(deadline) {
                    waited.set(Err(wait));
                }
                sleep(Duration::ZERO)
            }));
        prop_assert_eq!(waited.get(), Ok(()));
        prop_assert!(attempts.get() <= max.saturating_add(1));
        prop_assert!(outcome.is_err() || attempts.get() == 5);
    }
}

fn any_size() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (0u64..2_000).prop_map(MS),
        any::<u64>().prop_map(Duration::from_nanos),
        any::<u64>().prop_map(Duration::from_secs),
        Just(Duration::MAX),
        Just(Duration::ZERO),
    ]
}
