//! What the simulation does with each part of a policy. What the defaults are worth is told
//! by the tests of `benches`.

use retry_lab::simulation::kind::Kind;
use retry_lab::simulation::measures::Measures;
use retry_lab::simulation::ours::{Allowance, Ours};
use retry_lab::simulation::setup::{Calls, Processes, Setup};
use retry_runtime::Budget;
use std::sync::Arc;
use std::time::Duration;

/// Without a budget.
fn ours(words: &str) -> Ours {
    Ours {
        policy: words.parse().unwrap(),
        ..Ours::NO_BUDGET
    }
}

fn run(setup: &Setup, ours: Ours) -> Measures {
    setup.run(&Kind::Ours(ours))
}

/// Errors at once in seconds 10 to 20, 100 calls a second.
fn errors() -> Setup {
    let mut setup = Setup::errors().scaled_down(100);
    setup.length = Duration::from_secs(30);
    setup
}

/// Attempts a call while everything fails.
fn attempts(words: &str) -> f64 {
    Measures::mean(&run(&errors(), ours(words)).load(), 13..19)
}

#[test]
fn limits_end_retries_as_in_the_library() {
    // Waits of 100 ms, and 10 ms an attempt.
    let wait = "backoff = fixed(100ms), jitter = none";
    for (limit, expected) in [
        ("max = 3", 4.0),
        ("max = 9, deadline = 250ms", 3.0),
        ("max = 9, deadline = 200ms", 2.0),
        ("retry_for = 350ms", 4.0),
        ("max = 2, retry_for = 350ms", 3.0),
    ] {
        let found = attempts(&format!("{wait}, {limit}"));
        assert!((found - expected).abs() < 0.05, "{limit}: {found}");
    }
}

#[test]
fn a_deadline_cuts_what_is_in_flight() {
    let mut setup = Setup::half_load().scaled_down(100);
    setup.length = Duration::from_secs(30);
    let slowest = |words: &str| run(&setup, ours(words)).latencies.last().copied().unwrap();
    let deadline = Duration::from_millis(700);
    assert!(slowest("max = 0, deadline = 700ms") <= deadline);
    assert!(slowest("max = 0") > deadline);
}

#[test]
fn retries_that_are_off_are_not_made() {
    let mut switched = ours("max = 3, backoff = none");
    switched.off = Some(Duration::from_secs(14)..Duration::from_secs(17));
    let load = run(&errors(), switched).load();
    let mean = |seconds| Measures::mean(&load, seconds);
    assert!((mean(11..14) - 4.0).abs() < 0.2, "{load:?}");
    assert!((mean(15..17) - 1.0).abs() < 0.05, "{load:?}");
    assert!((mean(18..20) - 4.0).abs() < 0.2, "{load:?}");
}

#[test]
fn the_budget_that_is_given_is_that_of_each_process() {
    let setup = errors().processes(Processes::Of(10));
    let with = |words: &str| {
        let budget: Budget = words.parse().unwrap();
        let measures = run(
            &setup,
            Ours {
                budget: Some(Allowance::Like(Arc::new(budget))),
                ..Ours::DEFAULT
            },
        );
        let retries = measures.attempts - 100 * 30;
        (measures, retries)
    };
    let (measures, few) = with("1%, reserve 6");
    // Ten processes, and half of a reserve goes for retries, the other half for failures.
    assert!((25..60).contains(&few), "{few}");
    let (_, many) = with("1%, reserve 60");
    assert!((200..350).contains(&many), "{many}");
    assert_eq!(measures.levels.len(), 31);
    assert!(measures.budget_left()[19] < 0.01, "{:?}", measures.levels);
    assert!(measures.levels[9] > 5.0, "{:?}", measures.levels);
}

#[test]
fn where_nothing_succeeds_there_is_no_latency() {
    let measures = run(&errors(), Ours::NO_RETRIES);
    assert_eq!(measures.p99.len(), 30);
    assert!(measures.p99[5].is_some() && measures.p99[25].is_some());
    assert_eq!(measures.p99[12..19], [None; 7]);
    assert!(measures.levels.is_empty());
}

#[test]
fn calls_come_as_often_as_the_period_says() {
    for (period, expected) in [(500, 6000), (1000, 3000), (2500, 1200)] {
        let mut setup = errors();
        setup.calls = Calls::Every(Duration::from_millis(period));
        let measures = run(&setup, Ours::NO_RETRIES);
        assert_eq!(measures.attempts, expected, "{period} ms");
        assert!((Measures::mean(&measures.load(), 0..30) - 1.0).abs() < 0.01);
    }
}

#[test]
fn clients_of_a_process_share_its_budget() {
    let retries = |processes| {
        let setup = errors().processes(processes);
        run(&setup, Ours::DEFAULT).attempts
    };
    assert!(retries(Processes::Of(1)) > retries(Processes::Of(100)));
}

#[test]
fn the_same_seed_gives_the_same_figures_and_another_one_others() {
    let figures = |seed| {
        let mut setup = Setup::half_load().scaled_down(100);
        setup.seed = seed;
        let measures = run(&setup, Ours::DEFAULT);
        (measures.offered, measures.latencies, measures.levels)
    };
    assert_eq!(figures(1), figures(1));
    assert_ne!(figures(1).1, figures(2).1);
}
