//! The decisions, one by one, in worlds whose answers are fixed.

use super::*;

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A world whose answers are fixed, and that counts what was spent.
struct Fixed {
    remaining: Option<Duration>,
    nested: bool,
    delay: Delay,
    funded: bool,
    spent: u32,
}

impl Default for Fixed {
    fn default() -> Self {
        Self {
            remaining: None,
            nested: false,
            delay: Delay::OfPolicy,
            funded: true,
            spent: 0,
        }
    }
}

impl World for Fixed {
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
        0.5
    }
    fn spend(&mut self) -> bool {
        self.spent += 1;
        self.funded
    }
}

const PLAIN: Policy = Policy::DEFAULT.jitter(Jitter::NONE);

fn first(policy: &Policy, verdict: Verdict, world: &mut Fixed) -> Step {
    let mut attempts = Attempts::NEW;
    attempts.step(policy, verdict, world)
}

#[test]
fn the_state_stays_small() {
    assert_eq!(size_of::<Attempts>(), 12);
}

#[test]
fn the_last_delay_is_kept_well_enough_and_never_longer() {
    let below_a_second = (0..1_000_000).map(|step| Duration::from_nanos(step * 997));
    for delay in below_a_second.chain([
        Duration::from_nanos(1),
        Duration::from_nanos(123_456_789),
        Duration::new(86_400, 999_999_999),
        Duration::from_secs(u64::MAX),
        Duration::MAX,
    ]) {
        let kept = lengthened(shortened(delay));
        assert!(kept <= delay, "{delay:?} was kept as {kept:?}");
        assert!(
            kept >= delay
                .mul_f64(1.0 - 1e-6)
                .saturating_sub(Duration::from_nanos(1)),
            "{delay:?} was kept as {kept:?}"
        );
    }
}

#[test]
fn three_retries_are_four_attempts() {
    let mut attempts = Attempts::NEW;
    let mut world = Fixed::default();
    for delay in [100, 150, 225] {
        assert_eq!(
            attempts.step(&PLAIN, Verdict::transient(), &mut world),
            Step::Wait(MS(delay))
        );
    }
    assert_eq!(
        attempts.step(&PLAIN, Verdict::transient(), &mut world),
        Step::Stop(Ended::Exhausted)
    );
    assert_eq!(world.spent, 3, "the refused retry is not paid for");
}

#[test]
fn every_reason_to_stop_has_its_name_and_costs_nothing() {
    let long = Verdict::transient().with_pushback(Duration::from_secs(31));
    let cases = [
        (Verdict::permanent(), Fixed::default(), Ended::Permanent),
        (
            Verdict::permanent().with_no_retry(),
            Fixed::default(),
            Ended::Permanent,
        ),
        (
            Verdict::not_sent().with_no_retry(),
            Fixed {
                nested: true,
                ..Fixed::default()
            },
            Ended::Pushback,
        ),
        (
            Verdict::transient(),
            Fixed {
                nested: true,
                ..Fixed::default()
            },
            Ended::Nested,
        ),
        (long, Fixed::default(), Ended::Pushback),
        (
            Verdict::transient(),
            Fixed {
                remaining: Some(MS(100)),
                ..Fixed::default()
            },
            Ended::Deadline,
        ),
        (
            Verdict::transient().with_pushback(MS(80)),
            Fixed {
                remaining: Some(MS(70)),
                ..Fixed::default()
            },
            Ended::Deadline,
        ),
        (
            Verdict::transient(),
            Fixed {
                delay: Delay::Over,
                ..Fixed::default()
            },
            Ended::Exhausted,
        ),
    ];
    for (verdict, mut world, ended) in cases {
        assert_eq!(first(&PLAIN, verdict, &mut world), Step::Stop(ended));
        assert_eq!(world.spent, 0, "{ended}");
    }
    let mut broke = Fixed {
        funded: false,
        ..Fixed::default()
    };
    assert_eq!(
        first(&PLAIN, Verdict::transient(), &mut broke),
        Step::Stop(Ended::Budget)
    );
}

#[test]
fn push_back_is_exact_and_starts_the_backoff_over() {
    let policy = PLAIN.max(5).jitter(Jitter::FULL);
    let mut attempts = Attempts::NEW;
    let mut world = Fixed::default();
    let wait = |attempts: &mut Attempts, verdict, world: &mut Fixed| {
        attempts.step(&policy, verdict, world)
    };
    assert_eq!(
        wait(&mut attempts, Verdict::transient(), &mut world),
        Step::Wait(MS(50))
    );
    assert_eq!(
        wait(&mut attempts, Verdict::transient(), &mut world),
        Step::Wait(MS(75))
    );
    assert_eq!(
        wait(
            &mut attempts,
            Verdict::refused().with_pushback(MS(7)),
            &mut world
        ),
        Step::Wait(MS(7))
    );
    assert_eq!(
        wait(&mut attempts, Verdict::transient(), &mut world),
        Step::Wait(MS(50))
    );
}

#[test]
fn a_push_back_that_is_spread_is_compared_with_the_longest_one_before() {
    let spread = |wait| Verdict::transient().with_pushback(wait).with_spread();
    let wait = |wait, remaining| {
        let mut world = Fixed {
            remaining,
            ..Fixed::default()
        };
        first(&PLAIN, spread(wait), &mut world)
    };
    // Half of a quarter more: the dice say 0.5.
    assert_eq!(wait(MS(800), None), Step::Wait(MS(900)));
    assert_eq!(wait(MS(30_000), None), Step::Wait(MS(33_750)));
    assert_eq!(wait(MS(30_001), None), Step::Stop(Ended::Pushback));
    assert_eq!(wait(MS(800), Some(MS(850))), Step::Stop(Ended::Deadline));
}

#[test]
fn a_hedge_is_one_of_the_retries_and_leaves_the_backoff_where_it_is() {
    let mut attempts = Attempts::NEW;
    let mut world = Fixed::default();
    for step in [
        Step::Wait(MS(100)),
        Step::Wait(MS(150)),
        Step::Stop(Ended::Exhausted),
    ] {
        if attempts.retries() == 1 {
            attempts.hedge();
        }
        assert_eq!(
            attempts.step(&PLAIN, Verdict::transient(), &mut world),
            step
        );
    }
}

#[test]
fn a_random_backoff_is_its_own_jitter_unless_one_is_written() {
    let random = Policy::DEFAULT.backoff(Backoff::random(MS(100), MS(200)).unwrap());
    assert_eq!(
        first(&random, Verdict::transient(), &mut Fixed::default()),
        Step::Wait(MS(150))
    );
    let jittered = random.jitter(Jitter::FULL);
    assert_eq!(
        first(&jittered, Verdict::transient(), &mut Fixed::default()),
        Step::Wait(MS(75))
    );
}

#[test]
fn a_given_delay_replaces_the_policy_and_is_jittered() {
    let mut world = Fixed {
        delay: Delay::Given(MS(40)),
        ..Fixed::default()
    };
    assert_eq!(
        first(&PLAIN, Verdict::transient(), &mut world),
        Step::Wait(MS(40))
    );
    assert_eq!(
        first(&Policy::DEFAULT, Verdict::transient(), &mut world),
        Step::Wait(MS(30))
    );
}
