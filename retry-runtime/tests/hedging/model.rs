//! A call whose attempts are written down, and what has to hold for it. The fuzzer has it,
//! too, for `retry-tower`'s race as well.

use super::support::{Answer, Fail, Outcome, Service, Told, call, ms};

use retry_runtime::{Backoff, Budget, Ended, Jitter, Policy, Verdict};
use std::collections::BTreeMap;

/// All times are in milliseconds, and multiples of 10: that two things happen
/// at the same time is frequent.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) hedges: usize,
    pub(crate) after: u64,
    pub(crate) max: u32,
    pub(crate) tokens: u32,
    pub(crate) backoff: u64,
    pub(crate) timeout: Option<u64>,
    pub(crate) deadline: Option<u64>,
    pub(crate) answers: Vec<Answer>,
}

const LONGEST_PUSHBACK: u64 = 400;

/// What was seen of a call.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) tries: Vec<Try>,
    pub(crate) side_by_side: usize,
    pub(crate) still_running: usize,
    pub(crate) outcome: Outcome,
    pub(crate) ended: Option<Ended>,
    pub(crate) over: u64,
    pub(crate) tokens_left: u32,
}

/// One attempt: when it started and was dropped, and how it would have ended,
/// left to itself and its limits.
#[derive(Debug)]
pub(crate) struct Try {
    pub(crate) number: u32,
    pub(crate) start: u64,
    pub(crate) dropped: u64,
    pub(crate) end: u64,
    pub(crate) by: End,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    Success,
    Error(Verdict),
    Timeout,
    Deadline,
}

impl Case {
    pub(crate) fn policy(&self) -> Policy {
        let mut policy = Policy::DEFAULT
            .with_max(self.max)
            .with_backoff(Backoff::fixed(ms(self.backoff)).unwrap())
            .with_jitter(Jitter::NONE)
            .with_longest_pushback(ms(LONGEST_PUSHBACK));
        if let Some(timeout) = self.timeout {
            policy = policy.with_timeout(ms(timeout));
        }
        if let Some(deadline) = self.deadline {
            policy = policy.with_deadline(ms(deadline));
        }
        policy
    }

    pub(crate) async fn seen(&self) -> Seen {
        let budget = self.budget();
        let told = Told {
            after: Some(ms(self.after)),
            budget: Some(&budget),
            ..Told::default()
        };
        let service = Service::new(self.answers.clone());
        let (outcome, ended) = match self.hedges {
            1 => call!(1, &service, self.policy(), told).await,
            2 => call!(2, &service, self.policy(), told).await,
            3 => call!(3, &service, self.policy(), told).await,
            _ => call!(8, &service, self.policy(), told).await,
        };
        self.seen_of(&service, &budget, outcome, ended)
    }

    /// A process without a success starts with room for three calls: what is too
    /// much is spent. Failures cost nothing until then.
    pub(crate) fn budget(&self) -> Budget {
        let full = self.tokens.max(3 * self.max);
        let budget = Budget::standard().reserve(full);
        for _ in self.tokens..full {
            assert!(budget.try_retry(self.max));
        }
        budget
    }

    /// What was seen of a call that has just ended.
    pub(crate) fn seen_of(
        &self,
        service: &Service,
        budget: &Budget,
        outcome: Outcome,
        ended: Option<Ended>,
    ) -> Seen {
        let over = u64::try_from(service.now()).unwrap();
        // Whole tokens: what the success earned is a fraction of one.
        let left = (0..1000).take_while(|_| budget.try_retry(0)).count();
        let (tries, side_by_side) = self.tries(service);
        Seen {
            tries,
            side_by_side,
            still_running: service.running(),
            outcome,
            ended,
            over,
            tokens_left: u32::try_from(left).unwrap(),
        }
    }

    /// The attempts in their order, and how many of them ran side by side.
    pub(crate) fn tries(&self, service: &Service) -> (Vec<Try>, usize) {
        let (mut tries, mut running, mut most) = (BTreeMap::new(), 0, 0);
        for &(when, what) in service.seen.borrow().iter() {
            let when = u64::try_from(when).unwrap();
            if let Ok(number @ 1..) = u32::try_from(what) {
                tries.insert(-what, self.left_to_itself(when, service.written(number)));
                running += 1;
                most = most.max(running);
            } else {
                tries.get_mut(&what).unwrap().dropped = when;
                running -= 1;
            }
        }
        let in_order = tries.into_iter().rev().map(|(number, mut tried)| {
            tried.number = u32::try_from(-number).unwrap();
            tried
        });
        (in_order.collect(), most)
    }

    fn left_to_itself(&self, start: u64, answer: Answer) -> Try {
        let answers = start + u64::try_from(answer.after.as_millis()).unwrap();
        let timeout = self.timeout.map_or(u64::MAX, |timeout| start + timeout);
        let deadline = self.deadline.unwrap_or(u64::MAX);
        let end = answers.min(timeout).min(deadline);
        let by = match answer.with {
            None if end == answers => End::Success,
            Some(verdict) if end == answers => End::Error(verdict),
            _ if end == deadline => End::Deadline,
            _ => End::Timeout,
        };
        Try {
            number: 0,
            start,
            dropped: u64::MAX,
            end,
            by,
        }
    }

    /// The wait that follows such an end, where a retry follows.
    fn wait(&self, by: End) -> Option<u64> {
        match by {
            End::Success | End::Deadline => None,
            End::Timeout => Some(self.backoff),
            End::Error(verdict) if !verdict.is_retryable() => None,
            End::Error(verdict) => Some(pushback(verdict).unwrap_or(self.backoff)),
        }
    }

    /// Its own retry would come too late: the hedging ends too.
    fn ends_retries(&self, tried: &Try) -> bool {
        let retry = self.wait(tried.by).map(|wait| tried.end + wait);
        self.deadline.is_some() && retry >= self.deadline
    }

    /// Nothing starts any more: after a permanent error, and where the server
    /// wants to be left alone for too long.
    fn ends_all(&self, tried: &Try) -> bool {
        let End::Error(verdict) = tried.by else {
            return false;
        };
        pushback(verdict).is_some_and(|wait| wait > LONGEST_PUSHBACK || self.ends_retries(tried))
            || is_permanent(tried.by)
    }
}

fn pushback(verdict: Verdict) -> Option<u64> {
    let pushback = verdict.pushback()?;
    Some(u64::try_from(pushback.as_millis()).unwrap())
}

fn is_permanent(by: End) -> bool {
    matches!(by, End::Error(verdict) if !verdict.is_retryable())
}

impl Seen {
    pub(crate) fn check(&self, case: &Case) {
        self.is_within_its_limits(case);
        // Of those that start at the same time, a later one may be the first to run, and win
        // before the others have run at all.
        let last = self.tries.last().map_or(0, |tried| tried.number);
        let has_gap = last != self.retries() + 1;
        assert!(!has_gap || self.outcome.is_ok(), "numbers have a gap");
        for index in 1..self.tries.len() {
            self.starts_for_a_reason(index, case);
        }
        match self.outcome {
            Ok(number) => self.is_the_first_success(number),
            Err(fail) => self.is_the_last_error(fail, case),
        }
    }

    fn numbered(&self, number: u32) -> &Try {
        let mut tries = self.tries.iter();
        tries.find(|tried| tried.number == number).unwrap()
    }

    fn retries(&self) -> u32 {
        u32::try_from(self.tries.len()).unwrap() - 1
    }

    fn is_within_its_limits(&self, case: &Case) {
        assert!(self.retries() <= case.max, "attempts are at most max + 1");
        assert!(self.side_by_side <= case.hedges + 1);
        assert_eq!(self.still_running, 0);
        assert!(case.deadline.is_none_or(|deadline| self.over <= deadline));
        let unspent = case.tokens - self.retries();
        // Where a retry wins that came after a failure, it has paid for itself.
        let may_have_mended = matches!(self.outcome, Ok(2..))
            && self
                .tries
                .iter()
                .any(|tried| tried.by != End::Success && tried.end < self.over);
        assert!(
            self.tokens_left == unspent || may_have_mended && self.tokens_left == unspent + 2,
            "the budget pays for what was made, and nothing else: {} of {unspent} are left",
            self.tokens_left
        );
    }

    /// As a hedge of the attempt before, or as a retry of one that failed.
    fn starts_for_a_reason(&self, index: usize, case: &Case) {
        let (before, start) = (&self.tries[..index], self.tries[index].start);
        let hedges = before[index - 1].start + case.after == start;
        let mut failed = before.iter().filter(|tried| tried.end <= start);
        let retries = failed.any(|tried| {
            case.wait(tried.by)
                .is_some_and(|wait| tried.end + wait == start)
        });
        assert!(hedges || retries, "attempt {} has no reason", index + 1);
        for earlier in before.iter().filter(|tried| tried.end < start) {
            assert!(!case.ends_all(earlier), "a last word is not heeded");
            assert!(retries || !case.ends_retries(earlier), "hedged too late");
            if let End::Error(verdict) = earlier.by {
                let free = earlier.end + pushback(verdict).unwrap_or(0);
                assert!(free <= start, "a push-back is undercut");
            }
        }
    }

    fn is_the_first_success(&self, number: u32) {
        assert_eq!(self.ended, None);
        let winner = self.numbered(number);
        assert_eq!((winner.by, winner.end), (End::Success, self.over));
        for tried in &self.tries {
            let is_earlier = tried.by == End::Success && tried.end < self.over;
            assert!(!is_earlier, "a success was not taken");
            assert_eq!(tried.dropped, tried.end.min(self.over));
        }
    }

    /// A permanent error comes at once. Any other comes when nothing is pending any
    /// more, and no success was.
    fn is_the_last_error(&self, fail: Fail, case: &Case) {
        if !fail.verdict().is_retryable() {
            assert_eq!(self.ended, Some(Ended::Permanent));
            self.is_of_an_attempt(fail, self.over);
            for tried in &self.tries {
                assert_eq!(tried.dropped, tried.end.min(self.over));
                let is_better = tried.by == End::Success || is_permanent(tried.by);
                assert!(
                    !is_better || tried.end >= self.over,
                    "an answer was not taken"
                );
            }
            return;
        }
        for tried in &self.tries {
            assert_ne!(tried.by, End::Success, "an error has beaten a success");
            assert_eq!(tried.dropped, tried.end, "an error has not waited");
        }
        let ends = self.tries.iter().map(|tried| tried.end);
        assert_eq!(ends.max(), Some(self.over));

        if self.tries.iter().any(|tried| tried.by == End::Deadline) {
            assert_eq!(self.ended, Some(Ended::Deadline));
            assert!(matches!(fail, Fail::Late(elapsed) if elapsed.is_deadline()));
        } else {
            self.is_of_an_attempt(fail, self.over);
            assert!(self.is_explained(case), "{:?} is not why", self.ended);
        }
    }

    fn is_of_an_attempt(&self, fail: Fail, end: u64) {
        let is_this = match fail {
            Fail::Of(number, verdict) => {
                let tried = self.numbered(number);
                (tried.by, tried.end) == (End::Error(verdict), end)
            }
            Fail::Late(elapsed) => {
                let timeouts = self.tries.iter().filter(|tried| tried.by == End::Timeout);
                !elapsed.is_deadline() && timeouts.map(|tried| tried.end).any(|at| at == end)
            }
        };
        assert!(is_this, "no attempt ended so at {end} ms");
    }

    pub(crate) fn is_explained(&self, case: &Case) -> bool {
        let waits = || {
            let ended = self.tries.iter();
            ended.filter_map(|tried| Some((tried.end, case.wait(tried.by)?)))
        };
        match self.ended {
            Some(Ended::Exhausted) => self.retries() == case.max,
            Some(Ended::Budget) => self.retries() == case.tokens,
            Some(Ended::Pushback) => waits().any(|(_, wait)| wait > LONGEST_PUSHBACK),
            Some(Ended::Deadline) => case
                .deadline
                .is_some_and(|deadline| waits().any(|(end, wait)| end + wait >= deadline)),
            _ => false,
        }
    }
}
