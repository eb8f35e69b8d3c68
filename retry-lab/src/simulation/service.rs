//! The service: nodes that work through a queue, and what goes wrong with them.

use retry_runtime::Verdict;
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
    /// As many nodes break down.
    Nodes(usize, Broken),
    /// A request takes as many times its work.
    Slower(f64),
    /// A request takes longer and longer, at the worst as many times its work,
    /// then less and less.
    Slope(f64),
}

/// What a broken node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It refuses connections at once.
    Refuses,
    /// It does not answer. Clients see time-outs.
    Hangs,
    /// It refuses connections in every second second.
    Flaps,
}

/// Why an attempt failed, as far as its client can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An error that says nothing.
    Error,
    /// No answer in time.
    TimedOut,
    /// The connection was refused.
    NotSent,
    /// The service says that it has too much to do.
    Overloaded,
}

impl Cause {
    /// What `#[retry]` is told.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Error => Verdict::transient(),
            Self::TimedOut => Verdict::transient().timed_out(),
            Self::NotSent => Verdict::not_sent(),
            Self::Overloaded => Verdict::transient().overloaded(),
        }
    }
}

/// How a request is turned away whose wait would be too long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shedding {
    /// What it costs, as a share of the work of a request that is served.
    pub cost: f64,
    /// What its client sees.
    pub seen_as: Cause,
}

impl Shedding {
    /// By an error, at no cost.
    pub const FREE: Self = Self {
        cost: 0.0,
        seen_as: Cause::Error,
    };
}

/// How the service is built.
#[derive(Clone, Debug)]
pub struct ServicePlan {
    /// Requests a second that all nodes together can serve.
    pub capacity: f64,
    /// How many nodes share the work.
    pub nodes: usize,
    /// Whether requests differ: the work of each is drawn from an exponential
    /// distribution then, and is the same for all otherwise.
    pub varied: bool,
    /// A request that would wait longer than this is refused at once; `None` is
    /// a queue without bounds.
    pub queue: Option<Duration>,
    /// How it is refused.
    pub shedding: Shedding,
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
    Failure(Duration, Cause),
}

/// A running service.
#[derive(Debug)]
pub struct Service {
    plan: ServicePlan,
    work: Duration,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
struct Node {
    /// When all that has been accepted so far will be served.
    free_at: Duration,
    breaks: Option<Broken>,
}

impl Service {
    /// A service without work. Which nodes will break down is drawn.
    #[must_use]
    pub fn new(plan: ServicePlan) -> Self {
        let (broken, how) = match plan.fault {
            Fault::Nodes(broken, how) => (broken, Some(how)),
            _ => (0, None),
        };
        let mut nodes: Vec<Node> = (0..plan.nodes)
            .map(|node| Node {
                free_at: Duration::ZERO,
                breaks: how.filter(|_| node < broken),
            })
            .collect();
        fastrand::shuffle(&mut nodes);
        Self {
            work: Duration::from_secs_f64(plan.nodes as f64 / plan.capacity),
            nodes,
            plan,
        }
    }

    /// A request arrives. Its fate is known at once: the queue is served in
    /// order, whether or not anybody still waits for the answer.
    pub fn send(&mut self, node: usize, now: Duration) -> Answer {
        let work = self
            .work
            .mul_f64(self.plan.slowness(now) * self.plan.draw());
        let plan = &self.plan;
        let node = &mut self.nodes[node];
        if let Some(answer) = plan.breakdown(node.breaks, now) {
            return answer;
        }
        let backlog = node.free_at.saturating_sub(plan.open_at(now));
        if plan.queue.is_some_and(|longest| backlog > longest) {
            node.free_at += work.mul_f64(plan.shedding.cost);
            return Answer::Failure(now + LATENCY, plan.shedding.seen_as);
        }
        node.free_at = plan.open_at(node.free_at.max(now)) + work;
        let answered = node.free_at + LATENCY;
        if answered <= now.saturating_add(plan.timeout) {
            Answer::Success(answered)
        } else {
            Answer::Failure(now.saturating_add(plan.timeout), Cause::TimedOut)
        }
    }
}

impl ServicePlan {
    /// What a request meets that gets no further than this.
    fn breakdown(&self, node: Option<Broken>, now: Duration) -> Option<Answer> {
        let at_once = |cause| Some(Answer::Failure(now + LATENCY, cause));
        let down = self.outage.contains(&now);
        match (self.fault, node) {
            (Fault::Errors, _) if down => return at_once(Cause::Error),
            (_, Some(Broken::Refuses)) if down => return at_once(Cause::NotSent),
            (_, Some(Broken::Flaps)) if down && now.as_secs() % 2 == 1 => {
                return at_once(Cause::NotSent);
            }
            (_, Some(Broken::Hangs)) if down => {
                return Some(Answer::Failure(
                    now.saturating_add(self.timeout),
                    Cause::TimedOut,
                ));
            }
            _ => {}
        }
        if fastrand::f64() < self.noise {
            return at_once(Cause::Error);
        }
        None
    }

    /// When work can begin that is ready at `start`.
    fn open_at(&self, start: Duration) -> Duration {
        if self.fault == Fault::Stall && self.outage.contains(&start) {
            self.outage.end
        } else {
            start
        }
    }

    /// The work of a request, as a multiple of the mean.
    fn draw(&self) -> f64 {
        if self.varied {
            -(1.0 - fastrand::f64()).ln()
        } else {
            1.0
        }
    }

    /// How many times its work a request takes.
    fn slowness(&self, now: Duration) -> f64 {
        match self.fault {
            Fault::Slower(times) if self.outage.contains(&now) => times,
            Fault::Slope(worst) if self.outage.contains(&now) => {
                let Range { start, end } = self.outage;
                let passed = now
                    .saturating_sub(start)
                    .div_duration_f64(end.saturating_sub(start));
                1.0 + (worst - 1.0) * (1.0 - (2.0 * passed - 1.0).abs())
            }
            _ => 1.0,
        }
    }
}
