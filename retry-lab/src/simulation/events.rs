//! The event loop: clients that call, attempts that are answered, retries.

use super::clock::Clock;
use super::contender::Contender;
use super::measures::{Measures, Record};
use super::queue::Queue;
use super::service::{Answer, Cause, Service};
use super::setup::{Calls, Setup};
use std::time::Duration;

impl Setup {
    /// Runs it with a policy of one's own, see [`Contender`].
    #[must_use]
    pub fn run_with<C: Contender>(&self, contender: C) -> Measures {
        Clock::run(self.seed, |clock| {
            Simulation::new(self, contender, clock).run()
        })
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

pub(super) struct Simulation<'a, C: Contender> {
    setup: &'a Setup,
    contender: C,
    clock: &'a mut Clock,
    service: Service,
    nodes: Vec<usize>,
    calls: Vec<Option<InFlight<C::Call>>>,
    free: Vec<usize>,
    events: Queue,
    record: Record,
    /// The next second in which the budgets are looked at.
    looked: u64,
}

impl<'a, C: Contender> Simulation<'a, C> {
    pub(super) fn new(setup: &'a Setup, contender: C, clock: &'a mut Clock) -> Self {
        Self {
            service: Service::new(setup.service.clone()),
            nodes: (0..setup.service.nodes).collect(),
            record: Record::new(setup),
            calls: Vec::new(),
            free: Vec::new(),
            events: Queue::default(),
            looked: 0,
            setup,
            contender,
            clock,
        }
    }

    pub(super) fn run(mut self) -> Measures {
        match self.setup.calls {
            Calls::Together(at) => {
                for client in 0..self.setup.clients {
                    self.begin(client, at);
                }
            }
            Calls::Every(period) => self.call_every(period),
        }
        self.play_until(self.setup.length);
        self.record.measures()
    }

    fn call_every(&mut self, period: Duration) {
        let moments = self.setup.moments();
        let mut turn = Duration::ZERO;
        while turn < self.setup.length && !period.is_zero() {
            for (moment, client) in &moments {
                let now = turn + *moment;
                if now >= self.setup.length {
                    break;
                }
                self.play_until(now);
                self.begin(*client, now);
            }
            turn += period;
        }
    }

    fn play_until(&mut self, now: Duration) {
        while let Some((at, slot)) = self.events.pop_until(now) {
            self.look_at_budgets(at);
            self.play(slot, at);
        }
        self.look_at_budgets(now);
    }

    /// The budgets at the begin of each second, in the mean of the processes.
    fn look_at_budgets(&mut self, now: Duration) {
        while self.looked <= now.as_secs() {
            let at = Duration::from_secs(self.looked);
            self.clock.advance_to(at);
            let processes = self.setup.processes.count(self.setup.clients);
            // Of many processes a hundred tell the mean as well.
            let step = (processes / 100).max(1);
            let levels = (0..processes)
                .step_by(step)
                .filter_map(|process| self.contender.level(process, at));
            self.record.levels(levels);
            self.looked += 1;
        }
    }

    fn begin(&mut self, client: usize, now: Duration) {
        if self.contender.begins_on_the_clock() {
            self.clock.advance_to(now);
        }
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
                let (next, at) = match cut(answer, self.contender.deadline(&call.call)) {
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
                    .map(|delay| now.saturating_add(delay))
            }
        };
        if let Some(at) = wait_until {
            self.events.push(at, slot);
        } else {
            self.calls[slot] = None;
            self.free.push(slot);
        }
    }
}

/// What the client sees of an answer that comes after its deadline.
fn cut(answer: Answer, deadline: Option<Duration>) -> Answer {
    let (Answer::Success(at) | Answer::Failure(at, _)) = answer;
    match deadline {
        Some(deadline) if deadline < at => Answer::Failure(deadline, Cause::TimedOut),
        _ => answer,
    }
}
