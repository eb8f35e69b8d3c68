//! What the log is told, counted.

use retry_runtime::Ended;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Why calls end.
pub(crate) const REASONS: [Ended; 7] = [
    Ended::Exhausted,
    Ended::Permanent,
    Ended::Budget,
    Ended::Deadline,
    Ended::Rejected,
    Ended::Pushback,
    Ended::Nested,
];

/// Of the calls of one name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) retries: u64,
    pub(crate) hedges: u64,
    /// Calls that succeeded after retries or hedges.
    pub(crate) recovered: u64,
    /// Calls that failed, by why they ended.
    pub(crate) ended: [u64; REASONS.len()],
    /// The attempts of these and of those, but where the breaker ended the call.
    pub(crate) attempts: u64,
    /// The numbers of the last attempts of the others: most were not made.
    pub(crate) rejected: u64,
}

impl Told {
    /// Those that failed for this reason.
    pub(crate) fn of(&self, reason: Ended) -> u64 {
        let counts = REASONS.iter().zip(self.ended);
        counts
            .filter(|(of, _)| **of == reason)
            .map(|(_, count)| count)
            .sum()
    }
}

/// A subscriber that formats what it is told, and counts it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events(Arc<Mutex<BTreeMap<String, Told>>>);

/// The rules that were read, under a name that no function has.
const RULES: &str = "new rules";

impl Events {
    pub(crate) fn of(&self, name: &str) -> Told {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.get(name).cloned().unwrap_or_default()
    }

    /// How often rules were read that are new.
    pub(crate) fn rules(&self) -> u64 {
        self.of(RULES).retries
    }

    fn count(&self, name: &str, change: impl FnOnce(&mut Told)) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match told.get_mut(name) {
            Some(told) => change(told),
            None => change(told.entry(name.to_owned()).or_default()),
        }
    }
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("retry")
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let has = |name| event.metadata().fields().field(name).is_some();
        let name = fields.function.as_str();
        if has("file") {
            self.count(RULES, |told| told.retries += 1);
        } else if has("delay") {
            self.count(name, |told| told.retries += 1);
        } else if has("ended") {
            let is_rejected = fields.ended == Ended::Rejected.as_str();
            self.count(name, |told| {
                if is_rejected {
                    told.rejected += fields.attempt;
                } else {
                    told.attempts += fields.attempt;
                }
                let counts = REASONS.iter().zip(&mut told.ended);
                for (_, count) in counts.filter(|(reason, _)| reason.as_str() == fields.ended) {
                    *count += 1;
                }
            });
        } else if has("attempts") {
            self.count(name, |told| {
                told.recovered += 1;
                told.attempts += fields.attempt;
            });
        } else if has("attempt") {
            self.count(name, |told| told.hedges += 1);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The fields that are read.
#[derive(Debug, Default)]
struct Fields {
    function: String,
    ended: String,
    attempt: u64,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "function" => value.clone_into(&mut self.function),
            "ended" => value.clone_into(&mut self.ended),
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if matches!(field.name(), "attempt" | "attempts") {
            self.attempt = value;
        }
    }

    /// Everything is formatted, as for a log.
    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        let _ = write!(text, "{value:?}");
    }
}
