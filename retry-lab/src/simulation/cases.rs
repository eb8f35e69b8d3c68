//! All that is measured of a budget: each kind of trouble, in fleets of small, middling
//! and large processes, with a fifth of the clients. Ratios are the same.

use super::measures::Measures;
use super::service::{Broken, Cause, Fault, Shedding};
use super::setup::{Processes, Setup};
use std::ops::Range;
use std::time::Duration;

/// One trouble in one fleet.
#[derive(Clone, Debug)]
pub struct Case {
    /// What goes wrong.
    pub trouble: String,
    /// What processes the fleet is made of.
    pub fleet: &'static str,
    /// What is run.
    pub setup: Setup,
    /// What is judged.
    pub goal: Goal,
}

/// What a case is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The seconds until the service has recovered: the fewer the better.
    Recovery,
    /// The calls that succeed: the more the better.
    Success,
}

impl Goal {
    /// The figure, in seconds or in per cent. Where the service does not recover, there
    /// is none that is large enough.
    #[must_use]
    pub fn of(self, measures: &Measures) -> f64 {
        match self {
            Self::Recovery => measures
                .recovery()
                .map_or(f64::INFINITY, |seconds| seconds as f64),
            Self::Success => 100.0 * measures.success_rate(),
        }
    }

    /// How far `figure` is behind `best`, in seconds or in points; below 0 it is ahead.
    #[must_use]
    pub fn behind(self, figure: f64, best: f64) -> f64 {
        match self {
            Self::Recovery if figure.is_infinite() && best.is_infinite() => 0.0,
            Self::Recovery => figure - best,
            Self::Success => best - figure,
        }
    }

    /// The better of two figures.
    #[must_use]
    pub fn better(self, one: f64, other: f64) -> f64 {
        match self {
            Self::Recovery => one.min(other),
            Self::Success => one.max(other),
        }
    }

    /// How far behind the best is still as good: a second, or two calls in a hundred.
    #[must_use]
    pub const fn allowance(self) -> f64 {
        match self {
            Self::Recovery => 1.0,
            Self::Success => 2.0,
        }
    }

    /// How far behind in the fleet where it is most, in bold where that is too much.
    #[must_use]
    pub fn show_behind(self, behind: &[f64]) -> String {
        let most = behind.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let text = match self {
            Self::Recovery => format!("{most:.0} s"),
            Self::Success => format!("{most:.1}"),
        };
        if most > self.allowance() {
            format!("**{text}**")
        } else if most <= 0.0 {
            "first".to_owned()
        } else {
            text
        }
    }

    /// A figure as the tables show it.
    #[must_use]
    pub fn show(self, figure: f64) -> String {
        match self {
            Self::Recovery if figure.is_infinite() => "never".to_owned(),
            Self::Recovery => format!("{figure:.0} s"),
            Self::Success => format!("{figure:.1} %"),
        }
    }
}

/// Every trouble in every fleet, in the order of what matters most.
#[must_use]
pub fn all() -> Vec<Case> {
    [
        recovery(),
        dead_nodes(),
        overload(),
        noise(),
        near_the_limit(),
    ]
    .concat()
}

/// In how many fleets there is each trouble.
pub const FLEETS: usize = 4;

const SIZES: [(&str, Processes); FLEETS] = [
    ("1 call/s", Processes::SPARSE),
    ("10 calls/s", Processes::MIDDLE),
    ("200 calls/s", Processes::DENSE),
    ("mixed", Processes::Mixed),
];

fn in_fleets(trouble: &str, setup: &Setup, goal: Goal) -> Vec<Case> {
    SIZES
        .iter()
        .map(|(fleet, processes)| Case {
            trouble: trouble.to_owned(),
            fleet,
            setup: setup.clone().processes(*processes).scaled_down(5),
            goal,
        })
        .collect()
}

/// Outages of the whole service.
#[must_use]
pub fn recovery() -> Vec<Case> {
    let mut errors = Setup::errors();
    errors.service.capacity = errors.clients as f64 / 0.9;
    [
        ("stall of 10 s at half load", Setup::half_load()),
        ("stall of 10 s at 280 of 300", Setup::metastable()),
        ("errors for 10 s at 270 of 300", errors),
    ]
    .iter()
    .flat_map(|(trouble, setup)| in_fleets(trouble, setup, Goal::Recovery))
    .collect()
}

/// A service whose requests differ, so that some time out in the queue before it is
/// overloaded, and each of them has cost it work.
#[must_use]
pub fn near_the_limit() -> Vec<Case> {
    [0.8, 0.9, 0.95, 1.0]
        .iter()
        .flat_map(|load| {
            let mut setup = Setup::half_load().next_node();
            setup.service.nodes = 100;
            setup.service.varied = true;
            setup.service.capacity = setup.clients as f64 / load;
            setup.service.outage = never();
            let trouble = format!("time-outs at {load} of what can be served");
            in_fleets(&trouble, &setup, Goal::Success)
        })
        .collect()
}

/// Some of the nodes.
#[must_use]
pub fn dead_nodes() -> Vec<Case> {
    [
        ("half of the nodes refuse", 5, Broken::Refuses),
        ("half of the nodes hang", 5, Broken::Hangs),
        ("three nodes of ten hang", 3, Broken::Hangs),
        ("one node of ten refuses", 1, Broken::Refuses),
        ("one node of ten hangs", 1, Broken::Hangs),
        ("one node of ten flaps", 1, Broken::Flaps),
    ]
    .iter()
    .flat_map(|(trouble, nodes, how)| {
        let mut setup = Setup::half_dead().next_node();
        setup.service.fault = Fault::Nodes(*nodes, *how);
        in_fleets(trouble, &setup, Goal::Success)
    })
    .collect()
}

/// How overload is turned away: at what cost, and whether the answer says so.
const SHEDDING: [(f64, bool); 6] = [
    (0.0, true),
    (0.1, true),
    (0.3, true),
    (0.0, false),
    (0.1, false),
    (0.3, false),
];

/// More than the service can do.
#[must_use]
pub fn overload() -> Vec<Case> {
    SHEDDING
        .iter()
        .flat_map(|(cost, told)| {
            let shedding = Shedding {
                cost: *cost,
                seen_as: if *told {
                    Cause::Overloaded
                } else {
                    Cause::Error
                },
            };
            let seen = if *told { "told" } else { "not told" };
            let constant = [1.05, 1.25, 2.0, 3.0].map(|load| {
                let trouble = format!("load {load}, shed at {cost}, {seen}");
                (trouble, overloaded(load, shedding))
            });
            let slope = (
                format!("load 0.7 to 1.4 and back, shed at {cost}, {seen}"),
                Setup::slope(shedding),
            );
            constant.into_iter().chain([slope])
        })
        .flat_map(|(trouble, setup)| in_fleets(&trouble, &setup, Goal::Success))
        .collect()
}

/// After ten seconds at half load, and to the end.
fn overloaded(load: f64, how: Shedding) -> Setup {
    let mut setup = Setup::shedding(how);
    setup.service.fault = Fault::Slower(load / 0.5);
    setup.service.outage.end = setup.length;
    setup
}

/// Errors at random, which cost the service as little as they come.
#[must_use]
pub fn noise() -> Vec<Case> {
    [0.02, 0.05, 0.1, 0.2, 0.5]
        .iter()
        .flat_map(|share| {
            let mut setup = Setup::half_load().next_node();
            setup.service.noise = *share;
            setup.service.outage = never();
            let trouble = format!("{:.0} % of the attempts fail at random", 100.0 * share);
            in_fleets(&trouble, &setup, Goal::Success)
        })
        .collect()
}

/// Nothing happens, and calls are judged from when something would.
fn never() -> Range<Duration> {
    let start = Setup::half_load().service.outage.start;
    start..start
}
