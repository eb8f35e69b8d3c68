//! Runs side by side, as Markdown.

use super::measures::Measures;
use super::scenarios::Entry;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

/// Runs all, as many at once as there are cores. Each has a clock and random
/// numbers of its own, so the result does not depend on it.
#[must_use]
pub fn run(entries: &[Entry]) -> Vec<Measures> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let worker = || {
        while let Some((place, entry)) = {
            let place = next.fetch_add(1, Relaxed);
            entries.get(place).map(|entry| (place, entry))
        } {
            let measures = entry.setup.run(entry.kind);
            if let Ok(mut done) = done.lock() {
                done.push((place, measures));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(worker);
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, measures)| measures).collect()
}

/// What becomes of the service and its clients, a policy a line.
pub fn outcome(entries: &[Entry], all: &[Measures]) {
    println!(
        "| policy | offered load ÷ demand, worst second | goodput ÷ demand over the judged time \
         | calls that succeeded | time to recover | p50 | p99 |\n\
         | --- | --- | --- | --- | --- | --- | --- |"
    );
    for (entry, measures) in entries.iter().zip(all) {
        let from = entry.setup.service.outage.start.as_secs() as usize;
        let judged = from..from + entry.setup.judged.as_secs() as usize;
        println!(
            "| {} | {:.2} | {:.2} | {:.1} % | {} | {} | {} |",
            entry.label,
            measures.worst_load(),
            Measures::mean(&measures.good(), judged),
            100.0 * measures.success_rate(),
            recovery(measures),
            latency(measures.percentile(50.0)),
            latency(measures.percentile(99.0)),
        );
    }
    println!();
}

/// The time to recover; where the run ended before, that it is longer.
#[must_use]
pub fn recovery(measures: &Measures) -> String {
    measures.recovery().map_or_else(
        || format!("> {} s", measures.watched()),
        |seconds| format!("{seconds} s"),
    )
}

/// A latency to the millisecond.
#[must_use]
pub fn latency(latency: Option<Duration>) -> String {
    latency.map_or_else(
        || "none".to_owned(),
        |latency| format!("{:.0} ms", latency.as_secs_f64() * 1000.0),
    )
}
