//! The policies of the lab, and those that only stand here.

use super::layers::Layered;
use super::rule::Rule;
use retry_lab::simulation::kind::Kind as Alone;
use retry_lab::simulation::measures::Measures;
use retry_lab::simulation::ours::Ours;
use retry_lab::simulation::setup::Setup;

/// A policy with all its figures.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One of the lab's.
    Alone(Alone),
    /// Three layers of ours.
    Layered(Layered),
    /// Our policy with a budget by another rule.
    Ruled(Rule),
}

impl Kind {
    /// Ours, with whatever settings.
    #[must_use]
    pub const fn ours(ours: Ours) -> Self {
        Self::Alone(Alone::Ours(ours))
    }

    /// Runs a simulation with it.
    #[must_use]
    pub fn run(&self, setup: &Setup) -> Measures {
        let processes = setup.processes.count(setup.clients);
        match self {
            Self::Alone(kind) => setup.run(kind),
            Self::Layered(layered) => setup.run_with(layered.fleet(processes)),
            Self::Ruled(rule) => setup.run_with(rule.fleet(processes)),
        }
    }
}
