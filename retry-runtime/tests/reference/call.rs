//! A call with every option, and what is seen of it.

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Backoff, Budget, Elapsed, Ended, Jitter, Policy, Verdict, central, retry};
use std::cell::{Cell, RefCell};
use std::time::Duration;
use tokio::time::{Instant, sleep};

pub(crate) const MS: fn(u64) -> Duration = Duration::from_millis;

/// How an attempt ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Well,
    Busy,
    Fatal,
    /// A push-back.
    Later(u64),
    /// "Do not retry".
    Never,
    /// An `Ok` that is a failure.
    Bad,
    /// An `Ok` that is not the end of a poll.
    NotYet,
}

/// What one attempt does: how long it takes, in milliseconds, and how it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Played {
    pub(crate) takes: u64,
    pub(crate) says: Says,
}

/// How a call ended; errors carry the number of the attempt that they answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Said(Says, u32),
    TimedOut,
    TooLate,
    Open,
}

impl From<Elapsed> for Fault {
    fn from(elapsed: Elapsed) -> Self {
        if elapsed.is_deadline() {
            Self::TooLate
        } else {
            Self::TimedOut
        }
    }
}

impl From<Rejected> for Fault {
    fn from(_: Rejected) -> Self {
        Self::Open
    }
}

pub(crate) fn verdict(fault: &Fault) -> Verdict {
    match fault {
        Fault::Said(Says::Later(wait), _) => Verdict::refused().with_pushback(MS(*wait)),
        Fault::Said(Says::Never, _) => Verdict::transient().with_no_retry(),
        Fault::Said(Says::Busy, _) | Fault::TimedOut => Verdict::transient(),
        Fault::Said(..) | Fault::TooLate | Fault::Open => Verdict::permanent(),
    }
}

/// A response: by which attempt, and what it says.
pub(crate) type Response = (u32, Says);

pub(crate) fn is_bad(response: &Response) -> bool {
    response.1 == Says::Bad
}

/// What came of a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) outcome: Result<Response, Fault>,
    /// Why and after how many attempts, as `fallback` is told.
    pub(crate) end: Option<(Ended, u32)>,
    pub(crate) attempts: u32,
    /// When it was over.
    pub(crate) took: u64,
    /// What is left in the budget.
    pub(crate) tokens: u32,
    /// The attempts whose failure `notify` was told of.
    pub(crate) notified: Vec<u32>,
    /// How often the hook before a retry ran.
    pub(crate) hooks: u32,
}

/// Which attempt the breaker says something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaker {
    Closed,
    /// It rejects this one.
    OpensAt(u32),
    /// This one is a probe.
    Probes(u32),
}

/// The rules of `central`: a key that is there changes what the code has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruled {
    pub(crate) off: bool,
    pub(crate) max: Option<u32>,
    pub(crate) deadline: Option<u64>,
}

/// Figures in milliseconds, of which the model makes what it wants by itself.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) max: u32,
    pub(crate) backoff: (u64, u64, u64),
    pub(crate) timeout: Option<u64>,
    pub(crate) deadline: Option<u64>,
    pub(crate) retry_for: Option<u64>,
    pub(crate) longest_pushback: u64,
    pub(crate) tokens: u32,
    pub(crate) breaker: Breaker,
    pub(crate) nested: bool,
    pub(crate) ruled: Ruled,
    pub(crate) hook_takes: u64,
    pub(crate) script: Vec<Played>,
}

/// What the code of the call sees and does.
pub(crate) struct World<'c> {
    pub(crate) case: &'c Case,
    pub(crate) policy: Policy,
    pub(crate) budget: Budget,
    pub(crate) admitted: Cell<u32>,
    pub(crate) recorded: Cell<u32>,
    pub(crate) attempts: Cell<u32>,
    pub(crate) end: Cell<Option<(Ended, u32)>>,
    pub(crate) notified: RefCell<Vec<u32>>,
    pub(crate) hooks: Cell<u32>,
}

impl Gate for World<'_> {
    fn admit(&self) -> Result<Admission, Rejected> {
        let number = self.admitted.get() + 1;
        match self.case.breaker {
            Breaker::OpensAt(opens) if opens == number => return Err(Rejected::new()),
            _ => self.admitted.set(number),
        }
        Ok(if self.case.breaker == Breaker::Probes(number) {
            Admission::Probe
        } else {
            Admission::Normal
        })
    }

    fn record(&self, _: Admission, _: GateOutcome) {
        self.recorded.set(self.recorded.get() + 1);
    }
}

impl World<'_> {
    async fn ask(&self, number: u32) -> Result<Response, Fault> {
        self.attempts.set(self.attempts.get() + 1);
        assert_eq!(number, self.attempts.get(), "attempts are counted from 1");
        let Played { takes, says } = self.case.played(number);
        sleep(MS(takes)).await;
        match says {
            Says::Well | Says::Bad | Says::NotYet => Ok((number, says)),
            says => Err(Fault::Said(says, number)),
        }
    }

    async fn hook(&self) {
        self.hooks.set(self.hooks.get() + 1);
        sleep(MS(self.case.hook_takes)).await;
    }
}

/// The options that all of these have.
macro_rules! functions {
    ($($name:ident($world:ident $(, $($option:tt)*)?);)*) => {
        $(#[retry(
            name = "reference", policy = &$world.policy, on = verdict, budget = &$world.budget,
            breaker = $world, attempt = at,
            notify = |failure| $world.notified.borrow_mut().push(failure.attempt()),
            before_retry = |_| $world.hook(),
            fallback = |error, end| {
                $world.end.set(Some((end.reason, end.attempts)));
                Err(error)
            },
            $($($option)*)?
        )]
        pub(crate) async fn $name($world: &World<'_>) -> Result<Response, Fault> {
            $world.ask(at.number()).await
        })*
    };
}

functions! {
    plain(world, on_ok = is_bad);
    elapsed_by_hand(world, on_ok = is_bad, elapsed = Fault::from);
    hedged_never(world, on_ok = is_bad, hedge(None::<Duration>, 2));
    polled(world, until = |response| response.1 != Says::NotYet, max = world.policy.max());
}

/// A call further out, which is on a retry where the case wants that.
#[retry(max = 1, backoff = none, on = always, budget = none, attempt = at, deadline = none)]
pub(crate) async fn outer(way: Way, world: &World<'_>) -> Result<Result<Response, Fault>, Fault> {
    if world.case.nested && at.number() == 1 {
        return Err(Fault::Open);
    }
    Ok(match way {
        Way::Plain => plain(world).await,
        Way::ElapsedByHand => elapsed_by_hand(world).await,
        Way::HedgedNever => hedged_never(world).await,
        Way::Polled => polled(world).await,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Plain,
    ElapsedByHand,
    HedgedNever,
    Polled,
}

impl Case {
    pub(crate) fn policy(&self) -> Policy {
        let (first, step, cap) = self.backoff;
        let mut policy = Policy::DEFAULT
            .with_max(self.max)
            .with_backoff(Backoff::linear(MS(first), MS(step), MS(cap)).unwrap())
            .with_jitter(Jitter::NONE)
            .with_longest_pushback(MS(self.longest_pushback));
        if let Some(timeout) = self.timeout {
            policy = policy.with_timeout(MS(timeout));
        }
        if let Some(deadline) = self.deadline {
            policy = policy.with_deadline(MS(deadline));
        }
        if let Some(retry_for) = self.retry_for {
            policy = policy.with_retry_for(MS(retry_for));
        }
        policy
    }

    /// The last line of the script is repeated without end.
    pub(crate) fn played(&self, number: u32) -> Played {
        let last = self.script.len() - 1;
        self.script[(number as usize - 1).min(last)]
    }

    pub(crate) fn install(&self) {
        let Ruled { off, max, deadline } = self.ruled;
        let mut words = Vec::new();
        words.extend(max.map(|max| format!("max = {max}")));
        words.extend(deadline.map(|deadline| format!("deadline = {deadline}ms")));
        let words = words.join(", ");
        let rules = format!("[reference]\npolicy = '{words}'\nenabled = {}", !off);
        central::install(rules.parse().unwrap());
    }

    /// A process without a success starts with room for three calls: what is too much is
    /// spent. Failures cost nothing until then.
    pub(crate) fn budget(&self) -> Budget {
        let max = self.max.max(self.ruled.max.unwrap_or_default());
        let full = self.tokens.max(3 * max);
        let budget = Budget::standard().reserve(full);
        for _ in self.tokens..full {
            assert!(budget.try_retry(max));
        }
        budget
    }

    pub(crate) async fn observed(&self, way: Way) -> Seen {
        self.install();
        let world = World {
            case: self,
            policy: self.policy(),
            budget: self.budget(),
            admitted: Cell::new(0),
            recorded: Cell::new(0),
            attempts: Cell::new(0),
            end: Cell::new(None),
            notified: RefCell::default(),
            hooks: Cell::new(0),
        };
        let start = Instant::now();
        let outcome = outer(way, &world).await.expect("its second attempt asks");
        let took = u64::try_from(start.elapsed().as_millis()).unwrap();
        assert_eq!(world.admitted, world.recorded, "each admission is heard of");
        // Whole tokens: what the last success earned is a fraction of one.
        let left = (0..1000).take_while(|_| world.budget.try_retry(0)).count();
        Seen {
            outcome,
            end: world.end.get(),
            attempts: world.attempts.get(),
            took,
            tokens: u32::try_from(left).unwrap(),
            notified: world.notified.take(),
            hooks: world.hooks.get(),
        }
    }
}
