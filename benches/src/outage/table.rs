//! Runs side by side, as Markdown.

use super::entries::Entry;
use retry_lab::simulation::measures::Measures;
use retry_lab::simulation::side_by_side;
use retry_lab::table::{latency, recovery};

/// Runs all.
#[must_use]
pub fn run(entries: &[Entry]) -> Vec<Measures> {
    side_by_side::run(entries, |entry| entry.kind.run(&entry.setup), |_| ())
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
