//! Who calls what, how often, and for how long.

use super::service::ServicePlan;
use std::time::Duration;

/// How many clients a process has, each of which makes one call in a [`Setup::period`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processes {
    /// This many, one at least.
    Of(usize),
    /// A third of the clients in processes of 1, of 10 and of 200 each.
    Mixed,
}

impl Processes {
    /// One client a process.
    pub const SPARSE: Self = Self::Of(1);
    /// Ten.
    pub const MIDDLE: Self = Self::Of(10);
    /// Two hundred.
    pub const DENSE: Self = Self::Of(200);

    /// Which process a client is in.
    ///
    /// ```
    /// use retry_lab::simulation::setup::Processes;
    ///
    /// assert_eq!(Processes::MIDDLE.of(25, 100), 2);
    /// ```
    #[must_use]
    pub fn of(self, client: usize, clients: usize) -> usize {
        match self {
            Self::Of(size) => client / size.max(1),
            Self::Mixed => {
                let third = clients / 3;
                match client / third.max(1) {
                    0 => client,
                    1 => third + (client - third) / 10,
                    _ => third + third / 10 + 1 + (client - 2 * third) / 200,
                }
            }
        }
    }

    /// How many processes there are.
    #[must_use]
    pub fn count(self, clients: usize) -> usize {
        clients
            .checked_sub(1)
            .map_or(0, |last| self.of(last, clients) + 1)
    }
}

/// Who calls when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Calls {
    /// Each client once in this time, at a moment of its own; it does not wait for
    /// the answer of the call before.
    Every(Duration),
    /// All clients once, in the same moment.
    Together(Duration),
}

/// A simulation.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many clients there are.
    pub clients: usize,
    /// What processes they are in; those of one process share a budget.
    pub processes: Processes,
    /// When they call.
    pub calls: Calls,
    /// What they call.
    pub service: ServicePlan,
    /// Whether retries go to the next node; otherwise to the same again.
    pub next_node: bool,
    /// How long to go on, in whole seconds.
    pub length: Duration,
    /// Which calls are judged: those that begin this long after the outage began.
    pub judged: Duration,
    /// What the random numbers follow from.
    pub seed: u64,
}

impl Setup {
    /// In what time each client makes a call.
    #[must_use]
    pub const fn period(&self) -> Duration {
        match self.calls {
            Calls::Every(period) => period,
            Calls::Together(_) => Duration::from_secs(1),
        }
    }

    /// Calls a second, of all clients.
    #[must_use]
    pub fn demand(&self) -> f64 {
        self.clients as f64 / self.period().as_secs_f64()
    }

    /// When in each period each client calls, in order.
    pub(super) fn moments(&self) -> Vec<(Duration, usize)> {
        let mut clients: Vec<usize> = (0..self.clients).collect();
        fastrand::shuffle(&mut clients);
        let mut moments: Vec<_> = clients
            .into_iter()
            .map(|client| (self.period().mul_f64(fastrand::f64()), client))
            .collect();
        moments.sort_unstable();
        moments
    }
}
