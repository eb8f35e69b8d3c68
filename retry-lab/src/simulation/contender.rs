//! What a policy has to say in a simulation.

use super::service::Cause;
use std::time::Duration;

/// One policy, with the budgets of all processes.
///
/// A loop of one's own can be put to the same test by
/// [`Setup::run_with`](super::setup::Setup::run_with):
///
/// ```
/// use retry_lab::simulation::contender::Contender;
/// use retry_lab::simulation::service::Cause;
/// use retry_lab::simulation::setup::Setup;
/// use std::time::Duration;
///
/// /// Two retries, after a second each.
/// struct Patient;
///
/// impl Contender for Patient {
///     type Call = u32;
///
///     fn begin(&mut self, _: usize, _: Duration) -> u32 {
///         0
///     }
///
///     fn failed(&mut self, _: usize, retries: &mut u32, _: Cause, _: Duration) -> Option<Duration> {
///         *retries += 1;
///         (*retries <= 2).then_some(Duration::from_secs(1))
///     }
///
///     fn succeeded(&mut self, _: usize, _: &mut u32, _: Duration) {}
///
///     fn next_node(&self, retries: &u32, first: u32, nodes: &[usize]) -> usize {
///         nodes[(first + retries) as usize % nodes.len()]
///     }
/// }
///
/// let setup = Setup::half_load().scaled_down(100);
/// assert_eq!(setup.run_with(Patient).recovery(), None);
/// ```
pub trait Contender {
    /// What one call has to remember.
    type Call;

    /// Whether [`begin`](Self::begin) reads the clock.
    fn begins_on_the_clock(&self) -> bool {
        false
    }

    /// A call begins.
    fn begin(&mut self, process: usize, now: Duration) -> Self::Call;

    /// When the call is cut, whatever is in flight.
    fn deadline(&self, _: &Self::Call) -> Option<Duration> {
        None
    }

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

    /// How many retries the budget of a process pays for now, where it has one.
    fn level(&self, _: usize, _: Duration) -> Option<f64> {
        None
    }
}
