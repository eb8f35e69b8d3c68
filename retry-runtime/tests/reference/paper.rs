//! The rules of a call, one after the other, on paper.

use crate::call::{Breaker, Case, Fault, Played, Response, Ruled, Says, Seen, verdict};
use retry_runtime::{Ended, Verdict};
use std::time::Duration;

/// Where a call stands, on paper.
pub(crate) struct Paper<'c> {
    case: &'c Case,
    max: u32,
    timeout: Option<u64>,
    deadline: Option<u64>,
    retry_for: Option<u64>,
    now: u64,
    number: u32,
    tokens: u32,
    since_pushback: u64,
    notified: Vec<u32>,
    hooks: u32,
}

pub(crate) const NEVER: u64 = u64::MAX;

impl<'c> Paper<'c> {
    /// Under a rule the smaller holds of limits that do not fit one another.
    pub(crate) fn new(case: &'c Case) -> Self {
        let Ruled { off, max, deadline } = case.ruled;
        let is_ruled = off || max.is_some() || deadline.is_some();
        let deadline = deadline.or(case.deadline);
        let most = deadline.filter(|_| is_ruled).unwrap_or(NEVER);
        let within = |limit: u64| limit.min(most);
        let ruled_max = case.ruled.max.filter(|_| case.max > 0);
        Self {
            case,
            max: ruled_max.unwrap_or(case.max),
            timeout: case.timeout.map(within),
            deadline,
            retry_for: case.retry_for.map(within),
            now: 0,
            number: 0,
            tokens: case.tokens,
            since_pushback: 0,
            notified: Vec::new(),
            hooks: 0,
        }
    }

    fn left(&self, limit: Option<u64>) -> u64 {
        limit.map_or(NEVER, |limit| limit.saturating_sub(self.now))
    }

    /// The attempt runs: what it comes to.
    fn attempts(&mut self) -> Result<Response, Fault> {
        self.number += 1;
        let Played { takes, says } = self.case.played(self.number);
        let (left, timeout) = (self.left(self.deadline), self.timeout.unwrap_or(NEVER));
        let given = takes.min(timeout).min(left);
        self.now += given;
        match says {
            _ if given < takes && left <= timeout => Err(Fault::TooLate),
            _ if given < takes => Err(Fault::TimedOut),
            Says::Well | Says::Bad | Says::NotYet => Ok((self.number, says)),
            says => Err(Fault::Said(says, self.number)),
        }
    }

    /// The rules, one after the other: the wait, or why there is none.
    fn decides(&mut self, tried: &Result<Response, Fault>) -> Result<u64, Ended> {
        let case = self.case;
        let not_yet = matches!(tried, Ok((_, Says::NotYet)));
        let verdict = match tried {
            Ok(_) => Verdict::transient(),
            Err(fault) => verdict(fault),
        };
        let millis = |wait: Duration| u64::try_from(wait.as_millis()).unwrap();
        let pushback = verdict.pushback().map(millis);
        match tried {
            Err(Fault::TooLate) => return Err(Ended::Deadline),
            _ if verdict == Verdict::permanent() => return Err(Ended::Permanent),
            _ if !not_yet && case.breaker == Breaker::Probes(self.number) => {
                return Err(Ended::Rejected);
            }
            _ if verdict.is_retry_refused() => return Err(Ended::Pushback),
            _ if !not_yet && case.ruled.off => return Err(Ended::Exhausted),
            _ if self.number > self.max => return Err(Ended::Exhausted),
            _ if !not_yet && case.nested => return Err(Ended::Nested),
            _ if pushback.is_some_and(|wait| wait > case.longest_pushback) => {
                return Err(Ended::Pushback);
            }
            _ => {}
        }
        let (first, step, cap) = case.backoff;
        let wait = pushback.unwrap_or((first + step * self.since_pushback).min(cap));
        let window = self.left(self.retry_for);
        if window == 0 || wait > window {
            return Err(Ended::Exhausted);
        }
        if wait >= self.left(self.deadline) {
            return Err(Ended::Deadline);
        }
        if !not_yet {
            self.tokens = self.tokens.checked_sub(1).ok_or(Ended::Budget)?;
            self.notified.push(self.number);
        }
        self.since_pushback = if pushback.is_some() {
            0
        } else {
            self.since_pushback + 1
        };
        Ok(wait)
    }

    /// What a success earns back: the retry and the failure before it, more after a
    /// time-out, and nothing after a push-back or the "not yet" of a poll.
    fn earns(before: &Result<Response, Fault>) -> u32 {
        match before {
            Err(Fault::Said(Says::Later(_), _)) | Ok((_, Says::NotYet)) => 0,
            Err(Fault::TimedOut) => 5,
            _ => 2,
        }
    }

    pub(crate) fn expected(mut self) -> Seen {
        let (mut earns, mut paid) = (0, false);
        loop {
            if self.case.breaker == Breaker::OpensAt(self.number + 1) {
                self.tokens += u32::from(paid);
                return self.over(Err(Fault::Open), Some(Ended::Rejected));
            }
            if paid {
                // The hook before the retry, which the deadline cuts: a poll that asks again
                // is none.
                self.hooks += 1;
                let left = self.left(self.deadline);
                self.now += self.case.hook_takes.min(left);
                if self.case.hook_takes > left {
                    let attempts = self.number;
                    // It counts as the retry's outcome.
                    self.number += 1;
                    let outcome = self.over(Err(Fault::TooLate), Some(Ended::Deadline));
                    return Seen {
                        attempts,
                        ..outcome
                    };
                }
            }
            let tried = self.attempts();
            if matches!(tried, Ok((_, Says::Well))) {
                self.tokens += earns;
                return self.over(tried, None);
            }
            match self.decides(&tried) {
                Ok(wait) => self.now += wait,
                Err(ended) => return self.over(tried, Some(ended)),
            }
            paid = !matches!(tried, Ok((_, Says::NotYet)));
            earns = Self::earns(&tried);
        }
    }

    /// `fallback` is told of errors alone.
    fn over(self, outcome: Result<Response, Fault>, ended: Option<Ended>) -> Seen {
        Seen {
            end: ended
                .filter(|_| outcome.is_err())
                .map(|ended| (ended, self.number)),
            outcome,
            attempts: self.number,
            took: self.now,
            tokens: self.tokens,
            notified: self.notified,
            hooks: self.hooks,
        }
    }
}
