//! The service: nodes that work through a queue, and what goes wrong with them.

use std::ops::Range;
use std::time::Duration;

/// What an attempt takes beside the wait in the queue.
pub const LATENCY: Duration = Duration::from_millis(10);

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// Nothing is served; requests queue up. Clients see time-outs.
    Stall,
    /// Every request fails at once and costs the service nothing.
    Errors,
    /// Half of the nodes refuse every request at once.
    HalfDead,
}

/// How the service is built.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Requests a second that all nodes together can serve.
    pub capacity: f64,
    /// How many nodes share the work.
    pub nodes: usize,
    /// A request that would wait longer than this is refused at once; `None` is
    /// a queue without bounds.
    pub queue: Option<Duration>,
    /// How long a client waits for an answer. The service does not learn that it
    /// has gone: it serves the request all the same.
    pub timeout: Duration,
    /// The share of requests that fail at once on any day: without it, budgets
    /// that learn from traffic would meet the outage without having seen any.
    pub noise: f64,
    /// What goes wrong.
    pub fault: Fault,
    /// From when to when.
    pub outage: Range<Duration>,
}

/// What becomes of an attempt, and when its client learns of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// The answer arrives in time.
    Success(Duration),
    /// The attempt fails.
    Failure(Duration),
}

/// A running service.
#[derive(Debug)]
pub struct Service {
    plan: Plan,
    work: Duration,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
struct Node {
    /// When all that has been accepted so far will be served.
    free_at: Duration,
    dies: bool,
}

impl Service {
    /// A service without work. Which nodes will die is drawn.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let mut dies: Vec<bool> = (0..plan.nodes)
            .map(|node| plan.fault == Fault::HalfDead && node < plan.nodes / 2)
            .collect();
        fastrand::shuffle(&mut dies);
        Self {
            work: Duration::from_secs_f64(plan.nodes as f64 / plan.capacity),
            nodes: dies
                .into_iter()
                .map(|dies| Node {
                    free_at: Duration::ZERO,
                    dies,
                })
                .collect(),
            plan,
        }
    }

    /// A request arrives. Its fate is known at once: the queue is served in
    /// order, whether or not anybody still waits for the answer.
    pub fn send(&mut self, node: usize, now: Duration) -> Answer {
        let plan = &self.plan;
        let node = &mut self.nodes[node];
        let down = plan.outage.contains(&now);
        if down && (plan.fault == Fault::Errors || node.dies) || fastrand::f64() < plan.noise {
            return Answer::Failure(now + LATENCY);
        }
        let open_at = |start: Duration| {
            if plan.fault == Fault::Stall && plan.outage.contains(&start) {
                plan.outage.end
            } else {
                start
            }
        };
        let backlog = node.free_at.saturating_sub(open_at(now));
        if plan.queue.is_some_and(|longest| backlog > longest) {
            return Answer::Failure(now + LATENCY);
        }
        node.free_at = open_at(node.free_at.max(now)) + self.work;
        let answered = node.free_at + LATENCY;
        if answered <= now + plan.timeout {
            Answer::Success(answered)
        } else {
            Answer::Failure(now + plan.timeout)
        }
    }
}
