//! What the server has executed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// How often each order was executed.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<BTreeMap<u64, u32>>);

impl Ledger {
    pub(crate) fn execute(&self, order: u64) {
        let mut executed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *executed.entry(order).or_default() += 1;
    }

    /// A line for each order: its number, and how often.
    pub(crate) fn written(&self) -> String {
        let executed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        executed
            .iter()
            .fold(String::new(), |mut text, (order, times)| {
                let _ = writeln!(text, "{order} {times}");
                text
            })
    }
}

/// What was written, read.
pub(crate) fn read(text: &str) -> BTreeMap<u64, u32> {
    let line = |line: &str| {
        let (order, times) = line.split_once(' ')?;
        Some((order.parse().ok()?, times.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}
