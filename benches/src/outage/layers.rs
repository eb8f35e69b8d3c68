//! Three retried functions that call one another; the innermost calls the service.

use retry_lab::simulation::contender::Contender;
use retry_lab::simulation::ours::{self, Ours};
use retry_lab::simulation::service::Cause;
use retry_runtime::__private::{AttemptScope, Call, Name, Site, layer_sync};
use retry_runtime::Budget;
use std::time::Duration;

/// Three layers of one policy.
#[derive(Clone, Debug)]
pub struct Layered {
    /// The policy and the budget of each layer.
    pub each: Ours,
    /// Whether a retry is not retried, as by default; otherwise `nested = allow`
    /// on all of them.
    pub chain_stop: bool,
}

/// The outermost first.
type Stack = [Call; 3];

/// See [`Layered::fleet`].
pub struct LayeredFleet {
    site: Site,
    chain_stop: bool,
    /// By process, then by layer.
    budgets: Option<Vec<[Budget; 3]>>,
}

impl Layered {
    /// A fleet of processes whose layers each have a budget of their own.
    #[must_use]
    pub fn fleet(&self, processes: usize) -> LayeredFleet {
        LayeredFleet {
            site: Site::new(Name::written("layer"), self.each.policy),
            chain_stop: self.chain_stop,
            budgets: self.each.budget.as_ref().map(|budget| {
                (0..processes)
                    .map(|_| std::array::from_fn(|_| budget.budget()))
                    .collect()
            }),
        }
    }
}

impl Contender for LayeredFleet {
    type Call = Stack;

    fn begin(&mut self, _: usize, _: Duration) -> Stack {
        std::array::from_fn(|_| Call::new())
    }

    fn failed(
        &mut self,
        process: usize,
        stack: &mut Stack,
        cause: Cause,
        _: Duration,
    ) -> Option<Duration> {
        let budgets = self.budgets.as_ref().map(|budgets| &budgets[process]);
        for layer in (0..stack.len()).rev() {
            let (outer, inner) = stack.split_at_mut(layer);
            let within_retry = self.chain_stop && outer.iter().any(Call::is_retry);
            let budget = budgets.map(|budgets| &budgets[layer]);
            let scope = if within_retry {
                AttemptScope::RETRY
            } else {
                AttemptScope::NONE
            };
            let decision = layer_sync(scope, || {
                ours::decide(&self.site, budget, &mut inner[0], cause)
            });
            if decision.is_some() {
                // The layers further in are called anew.
                inner[1..].fill_with(Call::new);
                return decision;
            }
        }
        None
    }

    fn succeeded(&mut self, process: usize, stack: &mut Stack, _: Duration) {
        let budgets = self.budgets.as_ref().map(|budgets| &budgets[process]);
        for (layer, call) in stack.iter_mut().enumerate() {
            ours::succeed(&self.site, budgets.map(|budgets| &budgets[layer]), call);
        }
    }

    fn next_node(&self, stack: &Stack, first: u32, nodes: &[usize]) -> usize {
        ours::chosen(&stack[2], first, nodes)
    }
}
