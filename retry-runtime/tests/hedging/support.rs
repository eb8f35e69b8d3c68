//! A service whose answers are written down, and a call of it as the
//! attribute writes it.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use retry_runtime::{Backoff, Budget, Elapsed, End, Ended, HedgeDelay, Jitter, Policy, Verdict};
use tokio::time::Instant;

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The outcome of a call, and why retries ended.
pub(crate) fn with_reason<R>((outcome, end): (R, Option<End>)) -> (R, Option<Ended>) {
    (outcome, end.map(|end| end.reason))
}

/// The fixed backoff of 100 ms, without jitter.
pub(crate) fn policy(max: u32) -> Policy {
    let backoff = Backoff::fixed(ms(100)).unwrap();
    Policy::DEFAULT
        .with_max(max)
        .with_backoff(backoff)
        .with_jitter(Jitter::NONE)
}

/// What a call comes to.
pub(crate) type Outcome = Result<u32, Fail>;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fail {
    /// Of the attempt with this number.
    Of(u32, Verdict),
    Late(Elapsed),
}

impl Fail {
    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Fail::Of(_, verdict) => *verdict,
            Fail::Late(_) => Verdict::transient(),
        }
    }
}

impl From<Elapsed> for Fail {
    fn from(elapsed: Elapsed) -> Self {
        Fail::Late(elapsed)
    }
}

/// What an attempt does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) after: Duration,
    pub(crate) with: Option<Verdict>,
}

/// The attempt succeeds with its own number.
pub(crate) fn ok(after: u64) -> Answer {
    Answer {
        after: ms(after),
        with: None,
    }
}

pub(crate) fn err(after: u64, verdict: Verdict) -> Answer {
    Answer {
        after: ms(after),
        with: Some(verdict),
    }
}

pub(crate) fn transient(after: u64) -> Answer {
    err(after, Verdict::transient())
}

pub(crate) fn permanent(after: u64) -> Answer {
    err(after, Verdict::permanent())
}

/// An hour.
pub(crate) fn never() -> Answer {
    ok(3_600_000)
}

/// The answers to one call's attempts in their order, and what was seen.
pub(crate) struct Service {
    answers: Vec<Answer>,
    begin: Instant,
    /// (when, in ms; what): `+n` for a start, `-n` for the drop of attempt n.
    pub(crate) seen: RefCell<Vec<(u128, i64)>>,
    running: Cell<usize>,
}

impl Service {
    /// Attempts beyond the list are answered as the last one is.
    pub(crate) fn new(answers: impl Into<Vec<Answer>>) -> Self {
        Self {
            answers: answers.into(),
            begin: Instant::now(),
            seen: RefCell::default(),
            running: Cell::new(0),
        }
    }

    /// Now, in ms since the beginning.
    pub(crate) fn now(&self) -> u128 {
        self.begin.elapsed().as_millis()
    }

    /// When attempts started, in ms since the beginning.
    pub(crate) fn starts(&self) -> Vec<u128> {
        let seen = self.seen.borrow();
        let starts = seen.iter().filter(|(_, what)| *what > 0);
        starts.map(|(when, _)| *when).collect()
    }

    pub(crate) fn running(&self) -> usize {
        self.running.get()
    }

    /// The answer to the attempt of this number.
    pub(crate) fn written(&self, number: u32) -> Answer {
        let index = (number as usize - 1).min(self.answers.len() - 1);
        self.answers[index]
    }

    pub(crate) async fn answer(&self, number: u32) -> Outcome {
        let _running = Running::new(self, number);
        let answer = self.written(number);
        if !answer.after.is_zero() {
            tokio::time::sleep(answer.after).await;
        }
        match answer.with {
            None => Ok(number),
            Some(verdict) => Err(Fail::Of(number, verdict)),
        }
    }

    fn note(&self, what: i64) {
        self.seen.borrow_mut().push((self.now(), what));
    }
}

struct Running<'s>(&'s Service, u32);

impl<'s> Running<'s> {
    fn new(service: &'s Service, number: u32) -> Self {
        service.note(i64::from(number));
        service.running.set(service.running() + 1);
        Self(service, number)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.note(-i64::from(self.1));
        self.0.running.set(self.0.running() - 1);
    }
}

/// What a call is told beside its policy.
#[derive(Clone, Copy, Default)]
pub(crate) struct Told<'a> {
    pub(crate) after: Option<Duration>,
    pub(crate) follows: Option<&'a HedgeDelay>,
    pub(crate) budget: Option<&'a Budget>,
}

/// A delay of 50 ms.
pub(crate) fn told() -> Told<'static> {
    Told {
        after: Some(ms(50)),
        ..Told::default()
    }
}

/// The expansion of `#[retry(hedge(.., N), ..)]` around one await of the
/// service: a future of its outcome and of why retries ended.
macro_rules! call {
    ($n:literal, $service:expr, $policy:expr, $told:expr) => {
        async {
            use retry_runtime::__private as rt;
            let (service, policy, told) = ($service, $policy, $told);
            let site = rt::Site::new(rt::Name::written("call"), policy);
            let given = &told.follows;
            let hedge = match told.after {
                Some(_) => rt::hedge_after(&told.after),
                None => rt::hedge_after(given),
            };
            let deadline = rt::Ruling::default().deadline(&site);
            let plan = match told.budget {
                Some(budget) => rt::HedgedTerms::of(site.paid_by(budget), hedge),
                None => rt::HedgedTerms::of(site.unpaid(), hedge),
            };
            let plan = plan.deadline(deadline);
            let ended = rt::hedged(
                rt::Hedges::<$n>,
                plan,
                rt::sleep,
                |call| async {
                    let call = call.begin();
                    let mut cut = None;
                    let limit = rt::Ruling::default().limit(&site, deadline);
                    let at = call.attempt(7, limit);
                    let attempt = async { service.answer(at.number()).await };
                    let attempt = rt::Layer::new(site.scope(call.is_retry()), attempt);
                    let outcome = match rt::Cut::new(attempt, limit, rt::sleep).await {
                        Ok(outcome) => outcome,
                        Err(elapsed) => {
                            cut = Some(elapsed);
                            Err(elapsed.into())
                        }
                    };
                    let judgement =
                        rt::error(&outcome).map(|error| rt::Judgement::of(error.verdict()));
                    rt::Tried::new(outcome, judgement).cut(cut)
                },
                |outcome| rt::shown!(outcome),
                rt::FailureHandler((), ()),
            )
            .await;
            $crate::support::with_reason(ended)
        }
    };
}

pub(crate) use call;
