//! How the calls ended, as the clients saw it.

use crate::client::{DEADLINE, Failed, LONGEST_PUSHBACK, RpcError};
use retry_runtime::Ended;
use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::time::Duration;

/// What a deadline may be late by on a machine under full load.
const SLACK: Duration = Duration::from_secs(5);

/// Counts of outcomes.
#[derive(Default)]
pub(crate) struct Tally {
    counts: BTreeMap<(&'static str, &'static str), u64>,
    longest: Duration,
    unexplained: Option<String>,
}

impl Tally {
    pub(crate) fn count(&mut self, is_order: bool, took: Duration, outcome: &Result<(), Failed>) {
        let kind = if is_order { "orders" } else { "reads" };
        let ended = match outcome {
            Ok(()) => "succeeded",
            Err(failed) => {
                if !is_explained(is_order, failed) {
                    self.unexplained = Some(format!("{kind} end with {failed:?}"));
                }
                failed.ended.map_or("unexplained", |ended| ended.as_str())
            }
        };
        *self.counts.entry((kind, ended)).or_default() += 1;
        self.longest = self.longest.max(took);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (ended, count) in &other.counts {
            *self.counts.entry(*ended).or_default() += count;
        }
        self.longest = self.longest.max(other.longest);
        if self.unexplained.is_none() {
            self.unexplained.clone_from(&other.unexplained);
        }
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(unexplained) = &self.unexplained {
            return Err(unexplained.clone());
        }
        for kind in ["reads", "orders"] {
            if !self.counts.contains_key(&(kind, "succeeded")) {
                return Err(format!("no {kind} succeeded"));
            }
        }
        if self.longest > DEADLINE + SLACK {
            return Err(format!("a call took {:?}", self.longest));
        }
        Ok(())
    }
}

/// Whether the error is one of the server's troubles, and the reason fits it.
fn is_explained(is_order: bool, failed: &Failed) -> bool {
    let known = match &failed.error {
        RpcError::Dial(error) => error.kind() == ErrorKind::ConnectionRefused,
        RpcError::Broken(error) => matches!(
            error.kind(),
            ErrorKind::UnexpectedEof
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
        ),
        RpcError::TooLate(_) | RpcError::Busy(_) => true,
    };
    let fits = match (failed.ended, &failed.error) {
        // An order has no retries after anything that may have executed it, and asks
        // no budget for one.
        (Some(Ended::Budget), RpcError::Broken(_)) => !is_order,
        (Some(Ended::Exhausted), RpcError::TooLate(elapsed)) => !elapsed.is_deadline(),
        (Some(Ended::Budget), RpcError::TooLate(elapsed)) => !is_order && !elapsed.is_deadline(),
        (Some(Ended::Pushback), RpcError::Busy(wait)) => *wait > LONGEST_PUSHBACK,
        (Some(Ended::Exhausted | Ended::Budget | Ended::Deadline), _) => true,
        _ => false,
    };
    known && fits
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((kind, ended), count) in &self.counts {
            writeln!(f, "{kind}: {count} {ended}")?;
        }
        writeln!(f, "longest call: {:?}", self.longest)
    }
}
