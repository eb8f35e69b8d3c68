//! The decisions, one by one, in worlds whose answers are fixed.

use super::*;
use retry_words::{Backoff, Jitter};

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A world whose answers are fixed, and that counts what was spent.
struct Fixed {
    closed: Option<Ended>,
    window: Option<Duration>,
    remaining: Option<Duration>,
    nested: bool,
    delay: NextDelay,
    funded: bool,
    spent: u32,
}

impl Default for Fixed {
    fn default() -> Self {
        Self {
            closed: None,
            window: None,
            remaining: None,
            nested: false,
            delay: NextDelay::Policy,
            funded: true,
            spent: 0,
        }
    }
}

impl World for Fixed {
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
        0.5
    }
    fn spend(&mut self) -> bool {
        self.spent += 1;
        self.funded
    }
}

impl Attempts {
    /// A decision, all at once.
    pub(super) fn step(
        &mut self,
        policy: &Policy,
        happened: &Happened,
        world: &mut impl World,
    ) -> Result<Duration, Ended> {
        self.decide(
            policy,
            happened.judgement.as_ref(),
            happened.closing(),
            world,
        )
    }
}

const PLAIN: Policy = Policy::DEFAULT.with_jitter(Jitter::NONE);

fn step(
    attempts: &mut Attempts,
    policy: &Policy,
    verdict: Verdict,
    world: &mut Fixed,
) -> Result<Duration, Ended> {
    attempts.step(policy, &Happened::failure(Judgement::of(verdict)), world)
}

fn first(policy: &Policy, verdict: Verdict, world: &mut Fixed) -> Result<Duration, Ended> {
    let mut attempts = Attempts::NEW;
    step(&mut attempts, policy, verdict, world)
}

#[test]
fn the_state_stays_small() {
    assert_eq!(size_of::<Attempts>(), 12);
}

#[test]
fn three_retries_are_four_attempts() {
    let mut attempts = Attempts::NEW;
    let mut world = Fixed::default();
    for delay in [100, 150, 225] {
        assert_eq!(
            step(&mut attempts, &PLAIN, Verdict::transient(), &mut world),
            Ok(MS(delay))
        );
    }
    assert_eq!(
        step(&mut attempts, &PLAIN, Verdict::transient(), &mut world),
        Err(Ended::Exhausted)
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
                delay: NextDelay::Over,
                ..Fixed::default()
            },
            Ended::Exhausted,
        ),
    ];
    for (verdict, mut world, ended) in cases {
        assert_eq!(first(&PLAIN, verdict, &mut world), Err(ended));
        assert_eq!(world.spent, 0, "{ended}");
    }
    let mut broke = Fixed {
        funded: false,
        ..Fixed::default()
    };
    assert_eq!(
        first(&PLAIN, Verdict::transient(), &mut broke),
        Err(Ended::Budget)
    );
}

#[test]
fn push_back_is_exact_and_starts_the_backoff_over() {
    let policy = PLAIN.with_max(5).with_jitter(Jitter::FULL);
    let mut attempts = Attempts::NEW;
    let mut world = Fixed::default();
    let wait = |attempts: &mut Attempts, verdict, world: &mut Fixed| {
        step(attempts, &policy, verdict, world)
    };
    assert_eq!(
        wait(&mut attempts, Verdict::transient(), &mut world),
        Ok(MS(50))
    );
    assert_eq!(
        wait(&mut attempts, Verdict::transient(), &mut world),
        Ok(MS(75))
    );
    assert_eq!(
        wait(
            &mut attempts,
            Verdict::refused().with_pushback(MS(7)),
            &mut world
        ),
        Ok(MS(7))
    );
    assert_eq!(
        wait(&mut attempts, Verdict::transient(), &mut world),
        Ok(MS(50))
    );
}

#[test]
fn the_longest_push_back_is_waited_for_and_no_longer_one() {
    let longest = PLAIN.longest_pushback;
    let told = |wait| Verdict::transient().with_pushback(wait);
    let decided = |wait| first(&PLAIN, told(wait), &mut Fixed::default());
    assert_eq!(decided(longest), Ok(longest));
    let longer = longest + Duration::from_nanos(1);
    assert_eq!(decided(longer), Err(Ended::Pushback));
}

#[test]
fn a_hedge_is_one_of_the_retries_and_leaves_the_backoff_where_it_is() {
    let mut attempts = Attempts::NEW;
    let mut world = Fixed::default();
    for decision in [Ok(MS(100)), Ok(MS(150)), Err(Ended::Exhausted)] {
        if attempts.retries() == 1 {
            attempts.hedge();
        }
        assert_eq!(
            step(&mut attempts, &PLAIN, Verdict::transient(), &mut world),
            decision
        );
    }
}

#[test]
fn a_random_backoff_is_its_own_jitter_unless_one_is_written() {
    let random = Policy::DEFAULT.with_backoff(Backoff::random(MS(100), MS(200)).unwrap());
    assert_eq!(
        first(&random, Verdict::transient(), &mut Fixed::default()),
        Ok(MS(150))
    );
    let jittered = random.with_jitter(Jitter::FULL);
    assert_eq!(
        first(&jittered, Verdict::transient(), &mut Fixed::default()),
        Ok(MS(75))
    );
}

#[test]
fn a_given_delay_replaces_the_policy_and_is_jittered() {
    let mut world = Fixed {
        delay: NextDelay::Given(MS(40)),
        ..Fixed::default()
    };
    assert_eq!(first(&PLAIN, Verdict::transient(), &mut world), Ok(MS(40)));
    assert_eq!(
        first(&Policy::DEFAULT, Verdict::transient(), &mut world),
        Ok(MS(30))
    );
}

/// Not worth a retry by one rule after the other, in the order of the rules.
#[test]
fn the_rules_are_asked_in_their_order() {
    let late = Some(Elapsed::deadline(MS(1)));
    let judged = |verdict| Judgement::of(verdict);
    let refused = Verdict::transient().with_no_retry();
    let may_have_run = Judgement::of(Verdict::transient()).unsent_only();
    let failed = |judgement, cut, probe| Happened {
        judgement: Some(judgement),
        cut,
        probe,
    };
    let cases = [
        (
            failed(judged(Verdict::permanent()), late, true),
            Ended::Deadline,
        ),
        (
            failed(judged(Verdict::permanent()), None, true),
            Ended::Permanent,
        ),
        (failed(judged(refused), None, true), Ended::Rejected),
        (failed(judged(refused), None, false), Ended::Pushback),
        (failed(may_have_run, None, false), Ended::Exhausted),
    ];
    for (happened, ended) in cases {
        // Whatever the world says, the failure itself was asked first.
        let mut world = Fixed {
            closed: Some(Ended::Budget),
            nested: true,
            funded: false,
            ..Fixed::default()
        };
        let mut attempts = Attempts::NEW;
        let decision = attempts.step(&PLAIN.with_max(0), &happened, &mut world);
        assert_eq!(decision, Err(ended), "{happened:?}");
    }
    let happened = failed(judged(Verdict::transient()), None, false);
    let mut world = Fixed {
        closed: Some(Ended::Budget),
        nested: true,
        funded: false,
        ..Fixed::default()
    };
    for (policy, ended) in [
        (PLAIN.with_max(0), Ended::Budget),
        (PLAIN.with_max(0), Ended::Exhausted),
        (PLAIN, Ended::Nested),
        (PLAIN, Ended::Budget),
    ] {
        let mut attempts = Attempts::NEW;
        let decision = attempts.step(&policy, &happened, &mut world);
        assert_eq!(decision, Err(ended));
        if world.closed.take().is_none() && ended == Ended::Nested {
            world.nested = false;
        }
    }
}

#[test]
fn not_yet_is_no_failure() {
    let mut attempts = Attempts::NEW;
    let mut world = Fixed {
        nested: true,
        funded: false,
        ..Fixed::default()
    };
    let wait = attempts.step(&PLAIN, &Happened::NOT_YET, &mut world);
    assert_eq!(wait, Ok(MS(100)));
    assert_eq!((world.spent, attempts.before()), (0, Before::Nothing));
    assert_eq!(attempts.retries(), 1, "it counts towards `max`");
}

#[test]
fn what_came_before_a_retry_is_kept_beside_their_number() {
    let mut attempts = Attempts::NEW;
    let mut world = Fixed::default();
    let policy = PLAIN.with_max(5);
    let overloaded = Verdict::transient().overloaded();
    for (verdict, before) in [
        (Verdict::transient(), Before::Failure),
        (overloaded, Before::Overload),
        (overloaded.timed_out(), Before::Overload),
        (Verdict::transient().timed_out(), Before::TimeOut),
        (Verdict::not_sent(), Before::Failure),
    ] {
        assert!(step(&mut attempts, &policy, verdict, &mut world).is_ok());
        assert_eq!(attempts.before(), before);
        assert!(before.failure().is_some());
    }
    assert_eq!(attempts.retries(), 5);
    let most = RetryCount(u32::MAX).after(Before::Failure);
    assert_eq!(
        (most.count(), most.before()),
        (u32::MAX >> 2, Before::Failure)
    );
}

#[test]
fn a_retry_that_would_start_behind_its_window_is_not_waited_for() {
    let in_time = |window| {
        let mut world = Fixed {
            window: Some(MS(window)),
            remaining: Some(MS(1)),
            ..Fixed::default()
        };
        first(&PLAIN, Verdict::transient(), &mut world)
    };
    assert_eq!(in_time(99), Err(Ended::Exhausted));
    assert_eq!(in_time(100), Err(Ended::Deadline), "it is asked first");
}
