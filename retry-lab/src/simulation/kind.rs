//! The policies that are compared.

use super::measures::Measures;
use super::ours::Ours;
use super::peers::{Aws, Backon, Finagle, Grpc, Mongo};
use super::setup::Setup;

/// A policy with all its figures.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Ours, with whatever settings.
    Ours(Ours),
    /// backon's default.
    Backon,
    /// gRPC's example.
    Grpc,
    /// The AWS SDKs' standard mode.
    Aws,
    /// Finagle's default budget.
    Finagle,
    /// The retries of `MongoDB`'s drivers.
    Mongo,
}

impl Setup {
    /// Runs it with one policy.
    ///
    /// ```
    /// use retry_lab::simulation::kind::Kind;
    /// use retry_lab::simulation::ours::Ours;
    /// use retry_lab::simulation::setup::Setup;
    ///
    /// let setup = Setup::half_load().scaled_down(50);
    /// let default = setup.run(&Kind::Ours(Ours::DEFAULT));
    /// assert_eq!(default.recovery(), Some(9));
    /// assert_eq!(setup.run(&Kind::Ours(Ours::NO_BUDGET)).recovery(), None);
    /// ```
    #[must_use]
    pub fn run(&self, kind: &Kind) -> Measures {
        let processes = self.processes.count(self.clients);
        match kind {
            Kind::Ours(ours) => self.run_with(ours.fleet(processes)),
            Kind::Backon => self.run_with(Backon),
            Kind::Grpc => self.run_with(Grpc::fleet(processes)),
            Kind::Aws => self.run_with(Aws::fleet(processes)),
            Kind::Finagle => self.run_with(Finagle::fleet(processes)),
            Kind::Mongo => self.run_with(Mongo::fleet(processes)),
        }
    }
}
