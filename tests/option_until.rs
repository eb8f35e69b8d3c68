//! `until` and `unfinished`: a poll, whose "not yet" is no failure.

mod outage;
mod support;

use outage::{Breaker, Door};
use retry_runtime::gate::GateOutcome;
use retry_runtime::{Budget, Elapsed, Policy, retry};
use std::cell::RefCell;
use std::future::pending;
use std::io;
use support::{Calls, Fault, ms, timed};
use tokio::time::sleep;

const POLL: Policy = Policy::DEFAULT;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Job {
    Running(u32),
    Done(u32),
}

impl Job {
    fn is_done(&self) -> bool {
        matches!(self, Job::Done(_))
    }
}

/// Answers by a script; the last answer stays.
#[derive(Default)]
struct Service {
    calls: Calls,
    script: Vec<Result<Job, Fault>>,
    reconnects: Calls,
}

impl Service {
    fn of(script: &[Result<Job, Fault>]) -> Self {
        Self {
            script: script.to_vec(),
            ..Self::default()
        }
    }

    fn running(times: usize) -> Self {
        let mut script = vec![running(0); times];
        script.push(Ok(Job::Done(0)));
        Self::of(&script)
    }

    fn answer(&self) -> Result<Job, Fault> {
        let number = self.calls.next() as usize;
        self.script[(number - 1).min(self.script.len() - 1)].clone()
    }

    #[retry(until = Job::is_done, max = 9, backoff = fixed(100ms), jitter = none)]
    async fn poll(&self) -> Result<Job, Fault> {
        self.answer()
    }

    #[retry(until = |job| job.is_done(), deadline = 1s, backoff = fixed(300ms), jitter = none)]
    async fn within_a_deadline(&self) -> Result<Job, Fault> {
        self.answer()
    }

    #[retry(until = Job::is_done, retry_for = 1s, budget = none, backoff = fixed(300ms), jitter = none)]
    async fn for_a_while(&self) -> Result<Job, Fault> {
        self.answer()
    }

    #[retry(until = Job::is_done, policy = policy, deadline = 10s)]
    async fn by_policy(&self, policy: &Policy) -> Result<Job, Fault> {
        self.answer()
    }

    #[retry(until = Job::is_done, unfinished = |job| self.give_up(job), max = 2, backoff = none)]
    async fn or_an_error(&self) -> Result<Job, Fault> {
        self.answer()
    }

    fn give_up(&self, job: Job) -> Fault {
        match job {
            Job::Running(number) | Job::Done(number) => Fault::Bad(number + self.calls.count()),
        }
    }

    #[retry(
        until = Job::is_done, max = 3, backoff = none, budget = none,
        before_retry = |_| { self.reconnects.next(); },
        fallback = |_| Ok(Job::Running(99)),
    )]
    async fn hooked(&self) -> Result<Job, Fault> {
        self.answer()
    }

    #[retry(until = Job::is_done, max = 20, backoff = none, budget = budget)]
    async fn paid(&self, budget: &Budget) -> Result<Job, Fault> {
        self.answer()
    }

    #[retry(until = Job::is_done, max = 5, backoff = fixed(1s), budget = budget)]
    async fn paid_and_slow(&self, budget: &Budget) -> Result<Job, Fault> {
        self.answer()
    }

    #[retry(until = Job::is_done, max = 5, backoff = none, breaker = breaker, rejected = |_| Fault::Bad(0))]
    async fn guarded(&self, breaker: &Breaker) -> Result<Job, Fault> {
        self.answer()
    }

    #[retry(until = Job::is_done, max = 5, backoff = none)]
    fn sync(&self) -> Result<Job, Fault> {
        self.answer()
    }
}

#[retry(
    until = |_| false, unfinished = |_| Fault::Bad(1), max = 1, backoff = none,
    fallback = |error, end| Ok((error, end.attempts)),
)]
async fn both() -> Result<(Fault, u32), Fault> {
    Ok((Fault::Bad(0), 0))
}

fn running(number: u32) -> Result<Job, Fault> {
    Ok(Job::Running(number))
}

#[tokio::test(start_paused = true)]
async fn it_repeats_until_the_answer_is_there() {
    let service = Service::running(4);
    let (outcome, took) = timed(service.poll()).await;
    assert_eq!((outcome, took), (Ok(Job::Done(0)), ms(400)));
    assert_eq!(Service::running(3).sync(), Ok(Job::Done(0)));
}

#[tokio::test(start_paused = true)]
async fn without_unfinished_the_last_response_comes_back() {
    let service = Service::of(&[running(1), running(2), running(3)]);
    assert_eq!(service.poll().await, running(3));
    assert_eq!(service.calls.count(), 10, "`max` counts");
}

#[tokio::test(start_paused = true)]
async fn unfinished_makes_an_error_of_the_last_response() {
    let service = Service::of(&[running(7)]);
    assert_eq!(service.or_an_error().await, Err(Fault::Bad(7 + 3)));
    let failing = Service::of(&[Err(Fault::Bad(1))]);
    assert_eq!(failing.or_an_error().await, Err(Fault::Bad(1)));
}

#[tokio::test(start_paused = true)]
async fn a_fallback_sees_the_error_of_unfinished() {
    assert_eq!(both().await, Ok((Fault::Bad(1), 2)));
}

#[tokio::test(start_paused = true)]
async fn errors_are_retried_as_ever() {
    let service = Service::of(&[
        running(0),
        Err(Fault::Down(2)),
        running(0),
        Ok(Job::Done(4)),
    ]);
    assert_eq!(service.poll().await, Ok(Job::Done(4)));
    let service = Service::of(&[running(0), Err(Fault::Bad(2))]);
    assert_eq!(service.poll().await, Err(Fault::Bad(2)));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_leaves_no_time_gives_the_last_response_back() {
    let service = Service::of(&[running(1)]);
    let (outcome, took) = timed(service.within_a_deadline()).await;
    // At 0, 300, 600 and 900 ms, and not only three times.
    assert_eq!((outcome, took), (running(1), ms(900)));
    assert_eq!(service.calls.count(), 4);
    let patient = Service::of(&[running(1)]);
    let (outcome, took) = timed(patient.for_a_while()).await;
    assert_eq!((outcome, took), (running(1), ms(900)));
}

#[tokio::test(start_paused = true)]
async fn time_alone_bounds_a_poll() {
    let service = Service::running(12);
    assert_eq!(service.by_policy(&POLL).await, Ok(Job::Done(0)));
    // A number that somebody has set holds.
    let service = Service::running(30);
    assert_eq!(service.by_policy(&POLL.with_max(2)).await, running(0));
    assert_eq!(service.calls.count(), 3);
}

#[derive(Debug, PartialEq)]
struct Late(Elapsed);

#[retry(until = |_| false, deadline = 1s, backoff = fixed(300ms), jitter = none, elapsed = Late, on = |_| false)]
async fn cut(calls: &Calls) -> Result<u32, Late> {
    if calls.next() > 2 {
        pending::<()>().await;
    }
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_cuts_ends_in_elapsed() {
    let (outcome, took) = timed(cut(&Calls::new())).await;
    assert!(outcome.unwrap_err().0.is_deadline());
    assert_eq!(took, ms(1000));
}

#[tokio::test(start_paused = true)]
async fn not_yet_costs_nothing_and_a_poll_outlasts_an_empty_budget() {
    let empty = Budget::standard().reserve(0);
    assert_eq!(Service::running(15).paid(&empty).await, Ok(Job::Done(0)));
    let budget = Budget::standard();
    let level = budget.level();
    assert_eq!(Service::running(15).paid(&budget).await, Ok(Job::Done(0)));
    assert!(budget.level() >= level, "{} of {level}", budget.level());
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_dropped_gives_nothing_back_that_it_has_not_taken() {
    let budget = Budget::standard();
    // Something is missing from the reserve, so that too much would show.
    for _ in 0..3 {
        let failing = Service::of(&[Ok(Job::Done(1)), Err(Fault::Down(1))]);
        failing.paid(&budget).await.unwrap();
        assert!(failing.paid_and_slow(&budget).await.is_err());
    }
    let level = budget.level();
    let service = Service::of(&[running(1)]);
    let polled = tokio::time::timeout(ms(200), service.paid_and_slow(&budget)).await;
    assert!(polled.is_err(), "dropped while it waits");
    assert!(budget.level() <= level, "{} of {level}", budget.level());
}

#[tokio::test(start_paused = true)]
async fn neither_the_hook_nor_the_fallback_runs_for_it() {
    let service = Service::of(&[running(1)]);
    assert_eq!(service.hooked().await, running(1));
    assert_eq!(service.reconnects.count(), 0);
    let failing = Service::of(&[running(1), Err(Fault::Down(2)), running(3), running(4)]);
    assert_eq!(failing.hooked().await, running(4));
    assert_eq!(failing.reconnects.count(), 1, "after the failure alone");
    let down = Service::of(&[Err(Fault::Down(1))]);
    assert_eq!(down.hooked().await, running(99));
}

#[tokio::test(start_paused = true)]
async fn the_breaker_hears_a_success_and_a_probe_polls_on() {
    let breaker = Breaker::new(Door::Closed);
    let service = Service::running(3);
    assert_eq!(service.guarded(&breaker).await, Ok(Job::Done(0)));
    assert_eq!(breaker.heard(), [GateOutcome::Success; 4]);
    let half_open = Breaker::new(Door::HalfOpen);
    let service = Service::running(3);
    assert_eq!(service.guarded(&half_open).await, Ok(Job::Done(0)));
    assert_eq!(half_open.heard(), [GateOutcome::Success; 4]);
}

/// What the calls of an inner retried function come to.
#[retry(max = 2, backoff = none, budget = none)]
async fn inner(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(until = |_| false, max = 1, backoff = none)]
async fn outer(first: &Calls, second: &Calls, round: &Calls) -> Result<u32, Fault> {
    match round.next() {
        1 => inner(first, 0).await,
        _ => inner(second, 2).await,
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_after_it_is_a_first_attempt_to_the_layers_inside() {
    let (first, second, round) = (Calls::new(), Calls::new(), Calls::new());
    assert_eq!(outer(&first, &second, &round).await, Ok(3));
    assert_eq!(second.count(), 3, "the inner call made its own retries");
}

#[retry(max = 1, backoff = none, budget = none)]
async fn retried(poll: &Service, round: &Calls) -> Result<Job, Fault> {
    match round.next() {
        1 => Err(Fault::Down(1)),
        _ => poll.poll().await,
    }
}

#[tokio::test(start_paused = true)]
async fn an_outer_retry_does_not_stop_polling() {
    let service = Service::running(5);
    assert_eq!(retried(&service, &Calls::new()).await, Ok(Job::Done(0)));
}

// What is no `Result` is seen whole.

#[retry(until = |done| *done, max = 5, backoff = none)]
async fn flag(calls: &Calls, rounds: u32) -> bool {
    calls.next() > rounds
}

#[retry(until = Option::is_some, max = 5, backoff = none)]
async fn found(calls: &Calls, rounds: u32) -> Option<u32> {
    Some(calls.next()).filter(|number| *number > rounds)
}

#[retry(until = Job::is_done, retry_for = 1s, budget = none)]
async fn status(calls: &Calls, rounds: u32) -> Job {
    sleep(ms(1)).await;
    match calls.next() {
        number if number > rounds => Job::Done(number),
        number => Job::Running(number),
    }
}

#[retry(until = |number| *number > rounds, max = 5, backoff = none)]
fn count(calls: &Calls, rounds: u32) -> u32 {
    calls.next()
}

#[retry(until = |text| text.to_string() == "3", max = 5, backoff = none)]
async fn shown(calls: &Calls) -> impl ToString {
    calls.next()
}

#[retry(until = |items| items.len() > 2, max = 5, backoff = none)]
async fn listed(calls: &Calls) -> io::Result<impl ExactSizeIterator<Item = u32>> {
    Ok(vec![0; calls.next() as usize].into_iter())
}

#[retry(on_ok = |found| found.is_none(), max = 5, backoff = none, budget = none)]
async fn judged(calls: &Calls, rounds: u32) -> Option<u32> {
    Some(calls.next()).filter(|number| *number > rounds)
}

#[retry(
    on_ok = |good| !*good, max = 5, backoff = none, budget = none,
    before_retry = |retry| seen.borrow_mut().push(retry.number()),
)]
async fn judged_flag(calls: &Calls, rounds: u32, seen: &RefCell<Vec<u32>>) -> bool {
    calls.next() > rounds
}

#[retry(on_ok = |good| !*good, hedge = 50ms, max = 5, backoff = none, budget = none)]
async fn judged_and_hedged(calls: &Calls, rounds: u32) -> bool {
    calls.next() > rounds
}

#[tokio::test(start_paused = true)]
async fn what_is_no_result_is_seen_whole() {
    assert!(flag(&Calls::new(), 5).await);
    assert!(!flag(&Calls::new(), 6).await);
    assert_eq!(found(&Calls::new(), 2).await, Some(3));
    assert_eq!(found(&Calls::new(), 9).await, None);
    assert_eq!(status(&Calls::new(), 3).await, Job::Done(4));
    assert!(!status(&Calls::new(), u32::MAX).await.is_done());
    assert_eq!(count(&Calls::new(), 3), 4);
    assert_eq!(shown(&Calls::new()).await.to_string(), "3");
    assert_eq!(listed(&Calls::new()).await.unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn on_ok_sees_it_whole_too() {
    assert_eq!(judged(&Calls::new(), 2).await, Some(3));
    let seen = RefCell::default();
    assert!(judged_flag(&Calls::new(), 2, &seen).await);
    assert_eq!(seen.into_inner(), [2, 3]);
    assert!(judged_and_hedged(&Calls::new(), 2).await);
}
