//! What a policy has to say in a simulation.

use super::service::Cause;
use std::time::Duration;

/// One policy, with the budgets of all processes.
pub trait Contender {
    /// What one call has to remember.
    type Call;

    /// A call begins.
    fn begin(&mut self, process: usize, now: Duration) -> Self::Call;

    /// An attempt has failed: how long to wait for the next one, if there is one.
    fn failed(
        &mut self,
        process: usize,
        call: &mut Self::Call,
        cause: Cause,
        now: Duration,
    ) -> Option<Duration>;

    /// The call has succeeded.
    fn succeeded(&mut self, process: usize, call: &mut Self::Call, now: Duration);

    /// Which of the nodes the attempt that starts now goes to: the one after
    /// that of the attempt before. `first` is a number of the call's own.
    fn next_node(&self, call: &Self::Call, first: u32, nodes: &[usize]) -> usize;
}
