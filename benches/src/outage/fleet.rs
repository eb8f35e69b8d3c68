//! The event loop: clients that call, attempts that are answered, retries.

use super::clock::Clock;
use super::contender::Contender;
use super::layers::Layered;
use super::measures::{Measures, Record};
use super::ours::Ours;
use super::peers::{Aws, Backon, Finagle, Grpc, Mongo};
use super::rule::Rule;
use super::service::{Answer, Cause, Plan, Service};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// The policies that are compared.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Ours, with whatever settings.
    Ours(Ours),
    /// Three layers of ours.
    Layered(Layered),
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
    /// Our policy with a budget by another rule.
    Ruled(Rule),
}

/// How many clients a process has, each of which calls once a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processes {
    /// One.
    Sparse,
    /// Ten.
    Middle,
    /// Two hundred.
    Dense,
    /// A third of the clients in processes of each kind.
    Mixed,
}

impl Processes {
    /// Which process a client is in.
    #[must_use]
    pub fn of(self, client: usize, clients: usize) -> usize {
        match self {
            Self::Sparse => client,
            Self::Middle => client / 10,
            Self::Dense => client / 200,
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
    /// Each client once a second, at a moment of its own; it does not wait for
    /// the answer of the call before.
    EverySecond,
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
    pub service: Plan,
    /// Whether retries go to the next node; otherwise to the same again.
    pub next_node: bool,
    /// How long to go on.
    pub length: Duration,
    /// Which calls are judged: those that begin this long after the outage began.
    pub judged: Duration,
    /// What the random numbers follow from.
    pub seed: u64,
}

impl Setup {
    /// Runs it with one policy.
    #[must_use]
    pub fn run(&self, kind: Kind) -> Measures {
        let processes = self.processes.count(self.clients);
        match kind {
            Kind::Ours(ours) => self.simulate(ours.fleet(processes)),
            Kind::Layered(layered) => self.simulate(layered.fleet(processes)),
            Kind::Backon => self.simulate(Backon),
            Kind::Grpc => self.simulate(Grpc::fleet(processes)),
            Kind::Aws => self.simulate(Aws::fleet(processes)),
            Kind::Finagle => self.simulate(Finagle::fleet(processes)),
            Kind::Mongo => self.simulate(Mongo::fleet(processes)),
            Kind::Ruled(rule) => self.simulate(rule.fleet(processes)),
        }
    }

    fn simulate<C: Contender>(&self, contender: C) -> Measures {
        Clock::run(self.seed, |clock| {
            Simulation::new(self, contender, clock).run()
        })
    }

    /// When in each second each client calls, in order.
    fn moments(&self) -> Vec<(Duration, usize)> {
        let mut clients: Vec<usize> = (0..self.clients).collect();
        fastrand::shuffle(&mut clients);
        let mut moments: Vec<_> = clients
            .into_iter()
            .map(|client| (Duration::from_secs_f64(fastrand::f64()), client))
            .collect();
        moments.sort_unstable();
        moments
    }
}

/// What happens next to a call.
#[derive(Clone, Copy)]
enum Next {
    Attempt,
    Success,
    Failure(Cause),
}

struct InFlight<T> {
    call: T,
    process: usize,
    begun: Duration,
    /// Where the call begins to go round the nodes.
    first_node: u32,
    next: Next,
    failed: bool,
}

struct Simulation<'a, C: Contender> {
    setup: &'a Setup,
    contender: C,
    clock: &'a mut Clock,
    service: Service,
    nodes: Vec<usize>,
    calls: Vec<Option<InFlight<C::Call>>>,
    free: Vec<usize>,
    events: BinaryHeap<Reverse<(Duration, usize)>>,
    record: Record,
}

impl<'a, C: Contender> Simulation<'a, C> {
    fn new(setup: &'a Setup, contender: C, clock: &'a mut Clock) -> Self {
        Self {
            service: Service::new(setup.service.clone()),
            nodes: (0..setup.service.nodes).collect(),
            record: Record::new(setup),
            calls: Vec::new(),
            free: Vec::new(),
            events: BinaryHeap::new(),
            setup,
            contender,
            clock,
        }
    }

    fn run(mut self) -> Measures {
        match self.setup.calls {
            Calls::Together(at) => {
                for client in 0..self.setup.clients {
                    self.begin(client, at);
                }
            }
            Calls::EverySecond => {
                let moments = self.setup.moments();
                for second in 0..self.setup.length.as_secs() {
                    for (moment, client) in &moments {
                        let now = Duration::from_secs(second) + *moment;
                        self.play_until(now);
                        self.begin(*client, now);
                    }
                }
            }
        }
        self.play_until(self.setup.length);
        self.record.measures()
    }

    fn play_until(&mut self, now: Duration) {
        while let Some(Reverse((at, slot))) = self.events.peek().copied() {
            if at > now {
                return;
            }
            self.events.pop();
            self.play(slot, at);
        }
    }

    fn begin(&mut self, client: usize, now: Duration) {
        let process = self.setup.processes.of(client, self.setup.clients);
        let call = InFlight {
            call: self.contender.begin(process, now),
            process,
            begun: now,
            first_node: fastrand::u32(..u32::MAX / 2),
            next: Next::Attempt,
            failed: false,
        };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.calls.push(None);
            self.calls.len() - 1
        });
        self.calls[slot] = Some(call);
        self.record.begun(now);
        self.play(slot, now);
    }

    fn play(&mut self, slot: usize, now: Duration) {
        let Some(call) = self.calls[slot].as_mut() else {
            return;
        };
        let wait_until = match call.next {
            Next::Attempt => {
                let node = if self.setup.next_node {
                    self.contender
                        .next_node(&call.call, call.first_node, &self.nodes)
                } else {
                    call.first_node as usize % self.nodes.len()
                };
                self.record.offered(now);
                let answer = self.service.send(node, now);
                let (next, at) = match answer {
                    Answer::Success(at) => (Next::Success, at),
                    Answer::Failure(at, cause) => (Next::Failure(cause), at),
                };
                call.next = next;
                Some(at)
            }
            Next::Success => {
                // Only a success after a failure is a matter of time to a budget.
                if call.failed {
                    self.clock.advance_to(now);
                }
                self.contender.succeeded(call.process, &mut call.call, now);
                self.record.succeeded(call.begun, now);
                None
            }
            Next::Failure(cause) => {
                self.clock.advance_to(now);
                call.next = Next::Attempt;
                call.failed = true;
                self.contender
                    .failed(call.process, &mut call.call, cause, now)
                    .map(|delay| now + delay)
            }
        };
        if let Some(at) = wait_until {
            self.events.push(Reverse((at, slot)));
        } else {
            self.calls[slot] = None;
            self.free.push(slot);
        }
    }
}
