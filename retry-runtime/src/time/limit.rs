//! How long an attempt, or a whole call, may take.

use super::clock::{self, Instant};
use crate::elapsed::Elapsed;
use std::time::Duration;

/// The earlier of an attempt's `timeout` and the call's `deadline`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub(super) until: Option<Instant>,
    pub(super) elapsed: Elapsed,
    /// A test wants the attempt cut before it begins.
    #[cfg(feature = "testing")]
    pub(super) is_over: bool,
}

/// The deadline of one call: when it is over, and how long it was.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    until: Option<Instant>,
    after: Duration,
}

impl Deadline {
    /// Counts from now. A deadline so far away that the clock cannot express it never comes.
    #[must_use]
    pub fn after(after: Duration) -> Self {
        Self {
            until: clock::now().checked_add(after),
            after,
        }
    }

    pub(crate) fn remaining(&self) -> Option<Duration> {
        self.until
            .map(|until| until.saturating_duration_since(clock::now()))
    }

    #[cfg(feature = "tokio")]
    pub(crate) const fn length(&self) -> Duration {
        self.after
    }
}

impl Limit {
    /// `None` where there is neither.
    #[inline]
    #[must_use]
    pub fn of(timeout: Option<Duration>, deadline: Option<Deadline>) -> Option<Self> {
        if timeout.is_none() && deadline.is_none() {
            return None;
        }
        Self::earlier(timeout, deadline)
    }

    fn earlier(timeout: Option<Duration>, deadline: Option<Deadline>) -> Option<Self> {
        let attempt = timeout.map(|timeout| Self {
            until: clock::now().checked_add(timeout),
            elapsed: Elapsed::timeout(timeout),
            #[cfg(feature = "testing")]
            is_over: false,
        });
        let call = deadline.map(|deadline| Self {
            until: deadline.until,
            elapsed: Elapsed::deadline(deadline.after),
            #[cfg(feature = "testing")]
            is_over: false,
        });
        match (attempt, call) {
            (Some(attempt), Some(call))
                if attempt
                    .until
                    .is_some_and(|at| call.until.is_none_or(|by| at < by)) =>
            {
                Some(attempt)
            }
            (attempt, call) => call.or(attempt),
        }
    }

    /// `None` for a time so far away that the clock cannot express it.
    pub(super) fn remaining(&self) -> Option<Duration> {
        self.until
            .map(|until| until.saturating_duration_since(clock::now()))
    }

    /// The same, over before it begins.
    #[cfg(feature = "testing")]
    pub(crate) const fn over(self) -> Self {
        Self {
            is_over: true,
            ..self
        }
    }

    /// Whether it is over before it begins: a test wants that.
    #[inline]
    #[cfg_attr(
        not(feature = "testing"),
        allow(clippy::unused_self, reason = "with the feature there is one")
    )]
    pub(crate) const fn is_over(&self) -> bool {
        #[cfg(feature = "testing")]
        return self.is_over;
        #[cfg(not(feature = "testing"))]
        false
    }

    pub(crate) const fn until(&self) -> Option<Instant> {
        self.until
    }
}
