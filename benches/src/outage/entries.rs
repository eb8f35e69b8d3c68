//! The policies that are compared in each scenario.

use super::kind::Kind;
use super::layers::Layered;
use retry_lab::simulation::kind::Kind as Alone;
use retry_lab::simulation::ours::Ours;
use retry_lab::simulation::service::{Cause, Shedding};
use retry_lab::simulation::setup::{Processes, Setup};
use std::time::Duration;

/// One line of a table, one line of a plot.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is called.
    pub label: &'static str,
    /// What it runs.
    pub setup: Setup,
    /// By which policy.
    pub kind: Kind,
}

/// The name of our policy where each retry goes to another node.
pub const OURS_CHOOSING: &str = "ours, another node (`choose`)";

/// The policies side by side.
#[must_use]
pub fn policies(setup: &Setup) -> Vec<Entry> {
    [
        ("no retries", Kind::ours(Ours::NO_RETRIES)),
        ("3 retries at once", Kind::ours(Ours::NAIVE)),
        ("ours", Kind::ours(Ours::DEFAULT)),
        ("ours, `budget = none`", Kind::ours(Ours::NO_BUDGET)),
        ("backon", Kind::Alone(Alone::Backon)),
        ("gRPC", Kind::Alone(Alone::Grpc)),
        ("AWS standard", Kind::Alone(Alone::Aws)),
        ("Finagle", Kind::Alone(Alone::Finagle)),
        ("MongoDB", Kind::Alone(Alone::Mongo)),
    ]
    .into_iter()
    .map(|(label, kind)| entry(label, setup, kind))
    .collect()
}

/// One to three layers.
#[must_use]
pub fn layers() -> Vec<Entry> {
    let mut setup = Setup::errors().scaled_down(10);
    setup.length = Duration::from_secs(50);
    setup.judged = Duration::from_secs(30);
    let layered = |each, chain_stop| Kind::Layered(Layered { each, chain_stop });
    [
        ("no retries", Kind::ours(Ours::NO_RETRIES)),
        ("one layer, 3 retries at once", Kind::ours(Ours::NAIVE)),
        (
            "three layers, 3 retries at once",
            layered(Ours::NAIVE, false),
        ),
        (
            "the same, a retry is not retried",
            layered(Ours::NAIVE, true),
        ),
        (
            "three layers, `budget = none, nested = allow`",
            layered(Ours::NO_BUDGET, false),
        ),
        (
            "three layers, `budget = none`",
            layered(Ours::NO_BUDGET, true),
        ),
        (
            "three layers, `nested = allow`",
            layered(Ours::DEFAULT, false),
        ),
        ("three layers of ours", layered(Ours::DEFAULT, true)),
    ]
    .into_iter()
    .map(|(label, kind)| entry(label, &setup, kind))
    .collect()
}

/// Half of the nodes dead, with retries to the same node and to another.
#[must_use]
pub fn half_dead(processes: Processes) -> Vec<Entry> {
    let same = Setup::half_dead().processes(processes);
    let next = same.clone().next_node();
    [
        ("no retries", &same, Kind::ours(Ours::NO_RETRIES)),
        (
            "3 retries at once, another node",
            &next,
            Kind::ours(Ours::NAIVE),
        ),
        ("ours, same node", &same, Kind::ours(Ours::DEFAULT)),
        (OURS_CHOOSING, &next, Kind::ours(Ours::DEFAULT)),
        (
            "ours, `budget = none`, another node",
            &next,
            Kind::ours(Ours::NO_BUDGET),
        ),
        ("backon, another node", &next, Kind::Alone(Alone::Backon)),
        ("gRPC, another node", &next, Kind::Alone(Alone::Grpc)),
        ("AWS standard, another node", &next, Kind::Alone(Alone::Aws)),
        ("Finagle, another node", &next, Kind::Alone(Alone::Finagle)),
        ("MongoDB, another node", &next, Kind::Alone(Alone::Mongo)),
    ]
    .into_iter()
    .map(|(label, setup, kind)| entry(label, setup, kind))
    .collect()
}

/// A minute in which requests take longer and longer, up to twice as long, and then
/// less and less. What is shed costs a third of a request, and is told so.
#[must_use]
pub fn overload(processes: Processes) -> Vec<Entry> {
    let told = Shedding {
        cost: 0.3,
        seen_as: Cause::Overloaded,
    };
    policies(&Setup::slope(told).processes(processes))
}

fn entry(label: &'static str, setup: &Setup, kind: Kind) -> Entry {
    Entry {
        label,
        setup: setup.clone(),
        kind,
    }
}
