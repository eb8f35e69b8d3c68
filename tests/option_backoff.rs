//! `backoff`: how long to wait before each retry.

mod support;

use backon::BackoffBuilder as _;
use retry_runtime::{Backoff, retry};
use std::time::Duration;
use support::{Calls, Fault, ms, recorded, timed, us};

/// A function that always fails, and waits as the options say. It has no
/// budget, which would end what many tests ask of it.
macro_rules! down {
    ($name:ident, $($options:tt)*) => {
        #[retry(sleep = support::sleep, budget = none, $($options)*)]
        async fn $name(calls: &Calls) -> Result<u32, Fault> {
            calls.fail()
        }
    };
}

/// What the timer of a failing call is asked for.
macro_rules! delays {
    ($call:expr) => {
        recorded($call).await.1
    };
}

down!(by_default, jitter = none, max = 8);
down!(bare, jitter = none, max = 8, backoff = exp(100ms, 1.5, 1s));
down!(
    quoted,
    jitter = none,
    max = 8,
    backoff = "exp(100ms, 1.5, 1s)"
);
down!(
    doubling,
    jitter = none,
    max = 6,
    backoff = exp(10ms, 2, 200ms)
);
down!(
    constant,
    jitter = none,
    max = 3,
    backoff = exp(10ms, 1, 10ms)
);
down!(none, max = 3, backoff = none);
down!(none_quoted, max = 3, backoff = "none");
down!(fixed, jitter = none, max = 3, backoff = fixed(50ms));
down!(fine, jitter = none, max = 2, backoff = fixed(1500us));
down!(
    linear,
    jitter = none,
    max = 5,
    backoff = linear(100ms, 50ms, 220ms)
);
down!(fib, jitter = none, max = 9, backoff = fib(100ms, 1s));
down!(random, max = 200, backoff = random(50ms, 150ms));
down!(decorrelated, max = 200, backoff = decorrelated(100ms, 1s));

#[tokio::test(start_paused = true)]
async fn the_exponential_delays_are_exact() {
    let exact = [
        us(100_000),
        us(150_000),
        us(225_000),
        us(337_500),
        us(506_250),
        us(759_375),
        us(1_000_000),
        us(1_000_000),
    ];
    assert_eq!(delays!(bare(&Calls::new())), exact);
    assert_eq!(delays!(quoted(&Calls::new())), exact);
    assert_eq!(delays!(by_default(&Calls::new())), exact);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_for_is_waited_for() {
    let (outcome, took) = timed(bare(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(9)));
    // Tokio rounds each of the three fractions up to a millisecond.
    assert_eq!(took, ms(100 + 150 + 225 + 338 + 507 + 760 + 1000 + 1000));
}

#[tokio::test(start_paused = true)]
async fn growth_stops_at_the_cap() {
    let exact = [ms(10), ms(20), ms(40), ms(80), ms(160), ms(200)];
    assert_eq!(delays!(doubling(&Calls::new())), exact);
    assert_eq!(delays!(constant(&Calls::new())), [ms(10); 3]);
}

#[tokio::test(start_paused = true)]
async fn none_does_not_ask_the_timer() {
    for (outcome, asked) in [
        recorded(none(&Calls::new())).await,
        recorded(none_quoted(&Calls::new())).await,
    ] {
        assert_eq!(outcome, Err(Fault::Down(4)));
        assert!(asked.is_empty());
    }
    assert_eq!(timed(none(&Calls::new())).await.1, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn fixed_delays_are_all_the_same() {
    assert_eq!(delays!(fixed(&Calls::new())), [ms(50); 3]);
    assert_eq!(delays!(fine(&Calls::new())), [us(1500); 2]);
}

#[tokio::test(start_paused = true)]
async fn linear_delays_grow_by_the_step() {
    let exact = [ms(100), ms(150), ms(200), ms(220), ms(220)];
    assert_eq!(delays!(linear(&Calls::new())), exact);
}

#[tokio::test(start_paused = true)]
async fn fibonacci_delays_are_the_sum_of_the_two_before() {
    let exact = [100, 100, 200, 300, 500, 800, 1000, 1000, 1000].map(ms);
    assert_eq!(delays!(fib(&Calls::new())), exact);
}

#[tokio::test(start_paused = true)]
async fn random_delays_lie_between_their_bounds() {
    let delays = delays!(random(&Calls::new()));
    assert_eq!(delays.len(), 200);
    assert!(delays.iter().all(|d| (ms(50)..=ms(150)).contains(d)));
    // 2^-200 that one half stays empty.
    assert!(delays.iter().any(|d| *d < ms(100)) && delays.iter().any(|d| *d > ms(100)));
}

#[tokio::test(start_paused = true)]
async fn decorrelated_delays_build_on_the_one_before() {
    let delays = delays!(decorrelated(&Calls::new()));
    assert_eq!(delays.len(), 200);
    let mut previous = ms(100);
    for delay in delays {
        let most = (previous * 3).min(ms(1000));
        assert!(
            (ms(100)..=most).contains(&delay),
            "{delay:?} after {previous:?}"
        );
        previous = delay;
    }
}

#[tokio::test(start_paused = true)]
async fn decorrelated_delays_reach_the_cap_and_stay_below() {
    let delays = delays!(decorrelated(&Calls::new()));
    // From a delay d the next is above the cap with a chance of
    // (3d - 1s) / (3d - 100ms): it is all but certain within 200 draws.
    assert_eq!(delays.iter().max(), Some(&ms(1000)));
}

struct Client {
    backoff: Backoff,
    waits: Vec<Duration>,
    calls: Calls,
}

impl Client {
    #[retry(backoff = &self.backoff, jitter = none, sleep = support::sleep)]
    async fn rule(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = self.backoff, jitter = none, sleep = support::sleep)]
    async fn copied(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = self.waits.iter().copied(), jitter = none, max = 9, sleep = support::sleep)]
    async fn listed(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_can_be_made_at_run_time() {
    let mut client = Client {
        backoff: Backoff::linear(ms(5), ms(10), ms(20)).unwrap(),
        waits: Vec::new(),
        calls: Calls::new(),
    };
    assert_eq!(delays!(client.rule()), [ms(5), ms(15), ms(20)]);
    assert_eq!(delays!(client.copied()), [ms(5), ms(15), ms(20)]);
    client.backoff = Backoff::none();
    assert!(delays!(client.rule()).is_empty());
}

down!(
    listed,
    jitter = none,
    max = 5,
    backoff = vec![ms(30), ms(10)]
);
down!(
    array,
    jitter = none,
    max = 3,
    backoff = [ms(1), ms(2), ms(3), ms(4)]
);
down!(
    counted,
    jitter = none,
    max = 4,
    backoff = (1..).map(|n| ms(10 * n))
);
down!(empty, max = 5, backoff = std::iter::empty::<Duration>());
down!(zeros, max = 3, backoff = [Duration::ZERO; 3]);
down!(jittered, max = 50, backoff = std::iter::repeat(ms(100)));

#[tokio::test(start_paused = true)]
async fn any_iterator_gives_the_delays() {
    assert_eq!(delays!(counted(&Calls::new())), [10, 20, 30, 40].map(ms));
    // `max` holds for it as for all others.
    assert_eq!(delays!(array(&Calls::new())), [1, 2, 3].map(ms));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_iterator_stops_the_retries() {
    let calls = Calls::new();
    let (outcome, asked) = recorded(listed(&calls)).await;
    assert_eq!(outcome, Err(Fault::Down(3)));
    assert_eq!(asked, [ms(30), ms(10)]);
    let (outcome, asked) = recorded(empty(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(1)));
    assert!(asked.is_empty());
}

#[tokio::test(start_paused = true)]
async fn each_call_begins_the_iterator_anew() {
    let client = Client {
        backoff: Backoff::none(),
        waits: vec![ms(7), ms(8)],
        calls: Calls::new(),
    };
    assert_eq!(delays!(client.listed()), [ms(7), ms(8)]);
    assert_eq!(delays!(client.listed()), [ms(7), ms(8)]);
    assert_eq!(client.calls.count(), 6);
}

#[retry(backoff = waits.iter().copied(), jitter = none, max = 9, sleep = support::sleep)]
async fn lent(calls: &Calls, waits: Vec<Duration>) -> Result<u32, Fault> {
    assert_eq!(waits.len(), 2);
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn the_iterator_may_borrow_an_argument_that_the_body_uses() {
    let calls = Calls::new();
    let call = lent(&calls, vec![ms(4), ms(5)]);
    assert_eq!(delays!(call), [ms(4), ms(5)]);
}

#[tokio::test(start_paused = true)]
async fn a_delay_of_zero_does_not_ask_the_timer() {
    let (outcome, asked) = recorded(zeros(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(4)));
    assert!(asked.is_empty());
}

#[tokio::test(start_paused = true)]
async fn given_delays_are_jittered_too() {
    let delays = delays!(jittered(&Calls::new()));
    assert_eq!(delays.len(), 50);
    assert!(delays.iter().all(|d| (ms(50)..=ms(100)).contains(d)));
    assert!(delays.iter().any(|d| *d != ms(100)));
}

/// The user's own function of the same name as a kind of backoff.
fn exp(first: u64) -> impl Iterator<Item = Duration> {
    [first, first * 10].into_iter().map(ms)
}

down!(own, jitter = none, max = 9, backoff = self::exp(3));

#[tokio::test(start_paused = true)]
async fn a_path_is_the_users_own_function() {
    assert_eq!(delays!(own(&Calls::new())), [ms(3), ms(30)]);
}

fn of_backon() -> backon::ExponentialBuilder {
    backon::ExponentialBuilder::default()
        .with_min_delay(ms(20))
        .with_max_delay(ms(100))
        .with_max_times(4)
}

down!(
    borrowed,
    jitter = none,
    max = 9,
    backoff = of_backon().build()
);
down!(
    borrowed_fib,
    jitter = none,
    max = 9,
    backoff = backon::FibonacciBuilder::default()
        .with_min_delay(ms(10))
        .with_max_times(4)
        .build()
);

#[tokio::test(start_paused = true)]
async fn the_backoff_of_another_crate_works() {
    let (outcome, asked) = recorded(borrowed(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(5)));
    // As that crate computes them, to the nanosecond.
    assert_eq!(asked, of_backon().build().collect::<Vec<_>>());
    assert_eq!(asked.last(), Some(&ms(100)));
    assert_eq!(
        delays!(borrowed_fib(&Calls::new())),
        [10, 10, 20, 30].map(ms)
    );
}

/// Options that come out of a macro come in invisible brackets.
macro_rules! from_macro {
    ($name:ident, $backoff:literal, $max:literal, $limit:literal, $jitter:expr, $on:expr, $hook:expr) => {
        #[retry(
                                                                            backoff = $backoff,
                                                                            max = $max,
                                                                            deadline = $limit,
                                                                            jitter = $jitter,
                                                                            on = $on,
                                                                            before_retry = $hook,
                                                                            sleep = support::skip
                                                                        )]
        fn $name(calls: &Calls) -> Result<u32, Fault> {
            calls.fail()
        }
    };
}

from_macro!(
    assembled,
    "fixed(20ms)",
    2,
    "10s",
    none,
    |fault| *fault != Fault::Bad(0),
    |_| ()
);

#[test]
fn options_may_come_out_of_a_macro() {
    support::asked();
    assert_eq!(assembled(&Calls::new()), Err(Fault::Down(3)));
    assert_eq!(support::asked(), [ms(20); 2]);
}

#[retry(jitter = none, sleep = support::skip)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[test]
fn a_sync_function_waits_alike() {
    support::asked();
    assert_eq!(sync(&Calls::new()), Err(Fault::Down(4)));
    assert_eq!(support::asked(), [ms(100), ms(150), ms(225)]);
}

mod waits {
    use std::time::Duration;

    pub(crate) const FIRST: Duration = Duration::from_millis(10);
}

const FACTOR: f64 = 2.0;
const FOREVER: Duration = Duration::MAX;

down!(
    by_constants,
    jitter = none,
    max = 3,
    backoff = exp(waits::FIRST, FACTOR, FOREVER)
);
down!(
    by_one_constant,
    jitter = none,
    max = 2,
    backoff = fixed(self::waits::FIRST)
);
down!(
    beside_an_expression,
    jitter = none,
    max = u32::from(true) + 1,
    backoff = linear(waits::FIRST, 5ms, 1s)
);

struct Stepped<const MILLIS: u64>;

impl<const MILLIS: u64> Stepped<MILLIS> {
    const STEP: Duration = Duration::from_millis(MILLIS);

    #[retry(sleep = support::sleep, budget = none, jitter = none, max = 2, backoff = linear(Self::STEP, 1ms, 1s))]
    async fn get(&self, calls: &Calls) -> Result<u32, Fault> {
        calls.fail()
    }
}

trait Paced {
    const PACE: Duration;
}

impl Paced for u32 {
    const PACE: Duration = Duration::from_millis(3);
}

#[retry(sleep = support::sleep, budget = none, jitter = none, max = 2, backoff = fixed(T::PACE))]
async fn of_a_parameter<T: Paced>(_: T, calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(sleep = support::sleep, budget = none, jitter = none, max = 2, backoff = fixed(Pace::PACE))]
async fn of_a_long_parameter<Pace: Paced>(_: Pace, calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn constants_may_stand_among_the_words() {
    let delays = delays!(by_constants(&Calls::new()));
    assert_eq!(delays, [ms(10), ms(20), ms(40)]);
    assert_eq!(delays!(by_one_constant(&Calls::new())), [ms(10), ms(10)]);
    let delays = delays!(beside_an_expression(&Calls::new()));
    assert_eq!(delays, [ms(10), ms(15)]);
    // Of a type, and of a type parameter.
    assert_eq!(delays!(Stepped::<7>.get(&Calls::new())), [ms(7), ms(8)]);
    let delays = delays!(of_a_parameter(1_u32, &Calls::new()));
    assert_eq!(delays, [ms(3), ms(3)]);
    let delays = delays!(of_a_long_parameter(1_u32, &Calls::new()));
    assert_eq!(delays, [ms(3), ms(3)]);
}
