//! Tests in one process do not meet.

use crate::support::{block_on, poll_once, reset};
use retry_runtime::testing::{Scope, fail, isolated, isolated_blocking, paused, record, seeded};
use retry_runtime::{Budget, HedgeDelay, Policy, retry};
use std::cell::Cell;
use std::io;
use std::time::Duration;

/// All of the tests that `exhausts!` makes call this one function.
#[retry]
async fn get(attempts: &Cell<u32>) -> io::Result<u32> {
    attempts.set(attempts.get() + 1);
    Err(reset())
}

/// How many attempts ten calls make of a service that is down, as of a fresh process.
const OF_TEN: u32 = 20;

async fn ten_calls() -> u32 {
    let attempts = Cell::new(0);
    for _ in 0..10 {
        assert!(get(&attempts).await.is_err());
    }
    attempts.get()
}

macro_rules! exhausts {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            block_on(paused(async {
                assert_eq!(ten_calls().await, OF_TEN);
            }));
        }
    )*};
}

exhausts! {
    one two three four five six seven eight nine ten eleven twelve
}

/// Whatever runs beside it: this is the only user of its function, so that it could tell.
#[test]
fn what_is_spent_inside_is_not_seen_outside_or_in_the_next() {
    static BUDGET: Budget = Budget::standard().reserve(4);

    let spend = || (0..100).filter(|_| BUDGET.try_retry(1)).count();
    let of_fresh = isolated_blocking(spend);
    assert_eq!(isolated_blocking(spend), of_fresh);
    isolated_blocking(|| {
        assert_eq!(spend(), of_fresh);
        assert_eq!(spend(), 0);
        // A further state, and then the one before.
        assert_eq!(isolated_blocking(spend), of_fresh);
        assert_eq!(spend(), 0);
    });
    assert_eq!(spend(), of_fresh);
    assert_eq!(spend(), 0);
    assert_eq!(isolated_blocking(spend), of_fresh);
}

#[test]
fn a_budget_keeps_its_settings_and_its_state_where_it_is_moved() {
    isolated_blocking(|| {
        let budget = Budget::standard().reserve(2);
        assert!(budget.try_retry(0));
        let level = budget.level();
        let moved = Box::new(budget);
        assert!((moved.level() - level).abs() < f64::EPSILON);
        assert!(level < 2.0);
        // Another one, wherever it comes to stand.
        drop(moved);
        let next = Box::new(Budget::standard().reserve(2));
        assert!(next.level() >= 2.0);
    });
}

/// The budget of a client is the client's own outside of `isolated`: `record` and `fail` do
/// not put another one in its place.
#[test]
fn a_record_and_a_fault_leave_the_state_where_it_is() {
    #[retry(max = 1, budget = budget)]
    async fn get(budget: &Budget) -> io::Result<u32> {
        Ok(7)
    }

    let budget = Budget::standard();
    budget.record_success();
    let call = fail("*::get", 1, reset).during(get(&budget));
    let run = async {
        let (outcome, record) = record(call).await;
        assert_eq!(outcome.unwrap(), 7);
        assert_eq!(record.call().attempts().len(), 2);
    };
    // On a real timer, since `paused` is a state of its own.
    on_a_timer(run);
    // One for the failure, one for the retry, two back.
    assert!((budget.level() - 10.0).abs() < 0.5, "{}", budget.level());
    assert!(budget.try_retry(1));
    assert!(budget.level() < 9.5);
}

#[cfg(feature = "tokio")]
fn on_a_timer<F: Future>(future: F) -> F::Output {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(future)
}

#[cfg(not(feature = "tokio"))]
fn on_a_timer<F: Future>(future: F) -> F::Output {
    block_on(future)
}

#[test]
fn a_hedging_delay_knows_nothing_of_what_is_outside() {
    static DELAY: HedgeDelay = HedgeDelay::new();

    let learn = || {
        for _ in 0..200 {
            DELAY.observe(Duration::from_millis(5));
        }
        assert!(DELAY.delay().is_some());
        assert!(DELAY.try_hedge());
    };
    isolated_blocking(learn);
    assert_eq!(DELAY.delay(), None);
    assert!(!DELAY.try_hedge());
    learn();
    isolated_blocking(|| assert_eq!(DELAY.delay(), None));
    assert!(DELAY.delay().is_some());
}

#[test]
fn a_hedging_delay_keeps_its_settings() {
    let delay = HedgeDelay::new().percentile(50).unwrap();
    let delay = delay.extra_load(100).unwrap();
    isolated_blocking(|| {
        (0..20).for_each(|_| delay.observe(Duration::from_millis(5)));
        assert!(delay.delay().is_some(), "20 are enough for the median");
        assert_eq!((0..20).filter(|_| delay.try_hedge()).count(), 10);
    });
}

#[test]
fn waits_and_nodes_are_drawn_alike_in_each_run() {
    #[retry(attempt = at)]
    async fn node() -> io::Result<u32> {
        Ok(*at.choose(&[0, 1, 2, 3, 4, 5, 6]).unwrap())
    }
    let draw = |seed| {
        block_on(paused(seeded(seed, async {
            let waits: Vec<_> = Policy::DEFAULT.delays().collect();
            let mut nodes = Vec::new();
            for _ in 0..3 {
                nodes.push(node().await.unwrap());
            }
            (waits, nodes)
        })))
    };
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7).0, draw(8).0);
    assert_eq!(draw(7).1, [0, 1, 2]);
}

#[test]
fn a_retry_that_is_dropped_while_it_waits_is_given_back_in_the_same_state() {
    static BUDGET: Budget = Budget::standard();

    #[retry(budget = &BUDGET)]
    async fn get() -> io::Result<u32> {
        Err(reset())
    }

    block_on(paused(async {
        BUDGET.record_success();
        let before = BUDGET.level();
        let mut waiting = Box::pin(Scope::current().wrap(get()));
        assert!(!poll_once(&mut waiting));
        // The failure and the retry.
        assert!((before - 2.0 - BUDGET.level()).abs() < 1e-6);
        // Dropped by whoever is outside of it.
        std::thread::scope(|threads| {
            threads.spawn(|| drop(waiting));
        });
        assert!((before - 1.0 - BUDGET.level()).abs() < 1e-6);
    }));
    assert!((BUDGET.level() - 10.0).abs() < 1e-6);
}

#[test]
fn a_panic_inside_leaves_the_thread_as_it_was() {
    static BUDGET: Budget = Budget::standard().reserve(1);

    let caught = std::panic::catch_unwind(|| {
        block_on(isolated(async {
            assert!(BUDGET.try_retry(0));
            panic!("inside");
        }))
    });
    assert!(caught.is_err());
    assert!((BUDGET.level() - 1.0).abs() < f64::EPSILON);
    assert!(BUDGET.try_retry(0));
    assert!(BUDGET.level() < 1.0);
}

#[test]
fn a_future_is_inside_of_what_is_around_it_when_it_is_polled() {
    static BUDGET: Budget = Budget::standard().reserve(1);

    let made_outside = record(async { BUDGET.try_retry(0) });
    let taken = block_on(isolated(async {
        let (taken, _) = made_outside.await;
        (taken, BUDGET.level())
    }));
    assert_eq!(taken, (true, 0.0));
    assert!((BUDGET.level() - 1.0).abs() < f64::EPSILON);
}

/// They are the users' own: what catches panics around a call goes on compiling.
#[test]
fn a_future_stays_unwind_safe() {
    fn is_unwind_safe<F: std::panic::UnwindSafe>(_: &F) {}
    #[retry(sleep = |_| std::future::ready(()))]
    async fn plain() -> io::Result<u32> {
        Ok(7)
    }
    is_unwind_safe(&plain());
}
