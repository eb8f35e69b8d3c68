//! The outage simulation with 200 to 1000 clients: what the tables of RESULTS.md
//! say must stay so.

use retry_benches::outage::kind::Kind;
use retry_benches::outage::layers::Layered;
use retry_benches::outage::rule::Rule;
use retry_benches::outage::slow_tail::{self, Hedging};
use retry_lab::simulation::cases::{self, Case};
use retry_lab::simulation::kind::Kind as Alone;
use retry_lab::simulation::measures::Measures;
use retry_lab::simulation::ours::Ours;
use retry_lab::simulation::service::Fault;
use retry_lab::simulation::setup::{Calls, Processes, Setup};
use retry_runtime::{Backoff, Jitter, Policy};
use std::time::Duration;

const NO_RETRIES: Kind = Kind::ours(Ours::NO_RETRIES);
const NAIVE: Kind = Kind::ours(Ours::NAIVE);
const OURS: Kind = Kind::ours(Ours::DEFAULT);

#[test]
fn ours_recovers_within_four_times_of_no_retries_and_naive_retries_do_not() {
    let sparse = Setup::metastable().processes(Processes::SPARSE);
    let dense = Setup::metastable().processes(Processes::DENSE);
    let half_load = Setup::half_load().processes(Processes::DENSE);
    for setup in [sparse, dense, half_load] {
        let setup = setup.scaled_down(10);
        let without = NO_RETRIES.run(&setup).recovery().unwrap();
        let ours = OURS.run(&setup).recovery().unwrap();
        assert!(
            ours <= 4 * without,
            "{ours} s, and without retries {without} s"
        );
        assert_eq!(NAIVE.run(&setup).recovery(), None);
    }
}

#[test]
fn a_dead_service_is_sent_the_budget_and_no_more() {
    for fault in [Fault::Errors, Fault::Stall] {
        let mut setup = Setup::half_load()
            .processes(Processes::DENSE)
            .scaled_down(50);
        setup.service.fault = fault;
        setup.service.outage.end = Duration::from_secs(40);
        setup.length = Duration::from_secs(40);
        let load = |kind: Kind| Measures::mean(&kind.run(&setup).load(), 15..40);
        let ratio = load(OURS) / load(NO_RETRIES);
        assert!(ratio <= 1.01, "{fault:?}: {ratio}");
        assert!(load(NAIVE) > 3.9, "{fault:?}");
    }
}

#[test]
fn one_retry_makes_280_into_560_and_nobody_is_answered() {
    let once = Policy::DEFAULT.with_max(1).with_backoff(Backoff::none());
    let once = Kind::ours(Ours {
        policy: once,
        budget: None,
        off: None,
    });
    let measures = once.run(&Setup::metastable().scaled_down(50));
    let load = Measures::mean(&measures.load(), 40..80) * 280.0;
    assert!((load - 560.0).abs() < 6.0, "{load}");
    let good = Measures::mean(&measures.good(), 40..80);
    assert!(good < 0.01, "{good}");
}

#[test]
fn three_layers_are_64_calls_and_10_where_a_retry_is_not_retried() {
    let mut setup = Setup::errors().scaled_down(50);
    setup.length = Duration::from_secs(20);
    for (chain_stop, calls) in [(false, 64.0), (true, 10.0)] {
        let layers = Kind::Layered(Layered {
            each: Ours::NAIVE,
            chain_stop,
        });
        let load = Measures::mean(&layers.run(&setup).load(), 12..18);
        assert!((load - calls).abs() < 0.01, "{load}");
    }
}

#[test]
fn another_node_answers_where_the_same_one_does_not() {
    for processes in [Processes::SPARSE, Processes::DENSE] {
        let same = Setup::half_dead().processes(processes).scaled_down(25);
        let next = same.clone().next_node();
        let (same, next) = (OURS.run(&same), OURS.run(&next));
        assert!(same.success_rate() < 0.55, "{}", same.success_rate());
        assert!(next.success_rate() > 0.9, "{}", next.success_rate());
    }
}

/// The case of this name in this fleet.
fn case(trouble: &str, fleet: &str) -> Case {
    cases::all()
        .into_iter()
        .find(|case| case.trouble == trouble && case.fleet == fleet)
        .unwrap_or_else(|| panic!("no case `{trouble}` in `{fleet}`"))
}

const PEERS: [Kind; 5] = [
    Kind::Alone(Alone::Grpc),
    Kind::Alone(Alone::Aws),
    Kind::Alone(Alone::Finagle),
    Kind::Alone(Alone::Mongo),
    Kind::Alone(Alone::Backon),
];

#[test]
fn the_default_is_as_good_as_the_best_peer() {
    for (trouble, fleet) in [
        ("stall of 10 s at half load", "1 call/s"),
        ("stall of 10 s at half load", "200 calls/s"),
        ("half of the nodes refuse", "mixed"),
        ("half of the nodes hang", "200 calls/s"),
        ("three nodes of ten hang", "10 calls/s"),
        ("one node of ten flaps", "1 call/s"),
        ("load 1.05, shed at 0.3, told", "1 call/s"),
        ("load 1.05, shed at 0.3, told", "mixed"),
        ("load 3, shed at 0.3, told", "200 calls/s"),
        ("load 0.7 to 1.4 and back, shed at 0.3, told", "10 calls/s"),
        ("load 1.05, shed at 0.1, not told", "mixed"),
        ("10 % of the attempts fail at random", "10 calls/s"),
        ("20 % of the attempts fail at random", "200 calls/s"),
        ("time-outs at 0.8 of what can be served", "mixed"),
    ] {
        let Case { setup, goal, .. } = case(trouble, fleet);
        let figure = |kind: Kind| goal.of(&kind.run(&setup));
        let best = PEERS
            .map(figure)
            .into_iter()
            .reduce(|one, other| goal.better(one, other))
            .unwrap();
        let ours = figure(OURS);
        assert!(
            goal.behind(ours, best) <= goal.allowance(),
            "{trouble}, {fleet}: {ours}, and the best peer {best}"
        );
    }
}

/// What the frontier is drawn with is what ships.
#[test]
fn the_rule_of_the_tables_is_that_of_the_budget() {
    for (trouble, fleet) in [
        ("half of the nodes hang", "mixed"),
        ("load 1.05, shed at 0.3, told", "10 calls/s"),
        ("load 1.05, shed at 0.3, not told", "200 calls/s"),
        ("20 % of the attempts fail at random", "1 call/s"),
    ] {
        let Case { setup, goal, .. } = case(trouble, fleet);
        let [budget, rule] = [OURS, Kind::Ruled(Rule::OURS)].map(|kind| goal.of(&kind.run(&setup)));
        assert!(
            (budget - rule).abs() < 2.0,
            "{trouble}, {fleet}: {budget} by the budget, {rule} by the rule"
        );
    }
}

#[test]
fn equal_jitter_serves_a_crowd_best() {
    let setup = Setup::together();
    assert!(matches!(setup.calls, Calls::Together(_)));
    let success = |jitter| {
        let ours = Kind::ours(Ours::DEFAULT.jitter(jitter));
        let sparse = setup.clone().processes(Processes::SPARSE);
        ours.run(&sparse.scaled_down(10)).success_rate()
    };
    let equal = success(Jitter::EQUAL);
    assert!(equal > success(Jitter::NONE));
    assert!(equal > success(Jitter::FULL));
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    let mut setup = Setup::metastable().scaled_down(100);
    setup.length = Duration::from_secs(30);
    let (first, second) = (OURS.run(&setup), OURS.run(&setup));
    assert_eq!(first.offered, second.offered);
    assert_eq!(first.latencies, second.latencies);
}

#[test]
fn a_following_delay_cuts_the_tail_and_does_not_double_the_load() {
    let plain = slow_tail::run(Hedging::None, 400, 1);
    let hedged = slow_tail::run(Hedging::Follows, 400, 1);
    let p999 = |tail: &slow_tail::Tail| tail.over(slow_tail::USUAL, 99.9);
    assert!(p999(&hedged) < p999(&plain) / 10.0);
    assert!(hedged.extra_load(slow_tail::USUAL) < 0.07);
    assert!(hedged.extra_load(slow_tail::SLOW) < 0.12);
}
