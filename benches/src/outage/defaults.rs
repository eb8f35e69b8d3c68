//! The defaults side by side: jitters, and reserves.

use super::entries::Entry;
use super::kind::Kind;
use super::table;
use retry_lab::simulation::kind::Kind as Alone;
use retry_lab::simulation::measures::{Measures, STEP};
use retry_lab::simulation::ours::Ours;
use retry_lab::simulation::setup::{Processes, Setup};
use retry_lab::table::{latency, recovery};
use retry_runtime::Jitter;
use std::time::Duration;

const JITTERS: [(&str, Jitter); 3] = [
    ("`none`", Jitter::NONE),
    ("`equal`", Jitter::EQUAL),
    ("`full`", Jitter::FULL),
];

fn entry(label: &'static str, setup: Setup, ours: Ours) -> Entry {
    Entry {
        label,
        setup,
        kind: Kind::ours(ours),
    }
}

/// Jitters where all clients call in the same moment, and where the service stalls.
pub fn jitters() {
    println!(
        "| jitter | attempts ÷ capacity, worst 100 ms | attempts a call | calls that succeeded \
         | p50 | p99 | stall, 200 calls/s a process: load in the worst second | time to recover |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |"
    );
    let together = Setup::together().processes(Processes::SPARSE);
    let stall = Setup::half_load().processes(Processes::DENSE);
    let entries: Vec<Entry> = [&together, &stall]
        .into_iter()
        .flat_map(|setup| {
            JITTERS.map(|(label, jitter)| entry(label, setup.clone(), Ours::DEFAULT.jitter(jitter)))
        })
        .collect();
    let all = table::run(&entries);
    let (herd, stalled) = all.split_at(JITTERS.len());
    for (((label, _), herd), stalled) in JITTERS.iter().zip(herd).zip(stalled) {
        println!(
            "| {label} | {:.2} | {:.2} | {:.1} % | {} | {} | {:.2} | {} |",
            worst_retries(herd, &together),
            f64::from(herd.attempts) / f64::from(herd.calls),
            100.0 * herd.success_rate(),
            latency(herd.percentile(50.0)),
            latency(herd.percentile(99.0)),
            stalled.worst_load(),
            recovery(stalled),
        );
    }
    println!();
}

/// The worst step after the first, which no jitter touches.
fn worst_retries(herd: &Measures, setup: &Setup) -> f64 {
    let first = herd.offered.iter().position(|attempts| *attempts > 0);
    let retries = &herd.offered[first.map_or(0, |first| first + 1)..];
    let worst = retries.iter().copied().max().unwrap_or_default();
    f64::from(worst) / (setup.service.capacity * STEP.as_secs_f64())
}

/// How long each reserve puts off the recovery, where every client is a process
/// of its own and so brings its whole reserve.
pub fn reserves() {
    const RESERVES: [u32; 6] = [5, 10, 20, 30, 50, 100];
    print!("| queue | load | outage | no retries | gRPC |");
    for reserve in RESERVES {
        print!(" {reserve} |");
    }
    println!(
        "\n| --- | --- | --- | --- | --- |{}",
        " --- |".repeat(RESERVES.len())
    );
    for (queue, load, outage) in SHAPES {
        let setup = shape(queue, load, outage);
        let kinds = [Kind::ours(Ours::NO_RETRIES), Kind::Alone(Alone::Grpc)]
            .into_iter()
            .chain(RESERVES.map(|reserve| Kind::ours(Ours::DEFAULT.budget(15, reserve))));
        let entries: Vec<Entry> = kinds
            .map(|kind| Entry {
                label: "",
                setup: setup.clone(),
                kind,
            })
            .collect();
        let bounds = queue.map_or_else(|| "no bounds".to_owned(), |seconds| format!("{seconds} s"));
        print!("| {bounds} | {:.0} % | {outage} s |", 100.0 * load);
        for measures in table::run(&entries) {
            print!(" {} |", recovery(&measures));
        }
        println!();
    }
    println!();
}

/// The queue's bound in seconds, the load, and the outage in seconds.
const SHAPES: [(Option<u64>, f64, u64); 6] = [
    (Some(2), 0.5, 3),
    (Some(2), 0.5, 10),
    (Some(2), 280.0 / 300.0, 3),
    (Some(2), 280.0 / 300.0, 10),
    (None, 0.5, 10),
    (None, 280.0 / 300.0, 10),
];

fn shape(queue: Option<u64>, load: f64, outage: u64) -> Setup {
    let mut setup = Setup::half_load()
        .processes(Processes::SPARSE)
        .scaled_down(20);
    setup.service.capacity = setup.clients as f64 / load;
    setup.service.queue = queue.map(Duration::from_secs);
    setup.service.outage.end = setup.service.outage.start + Duration::from_secs(outage);
    setup.length = Duration::from_secs(400);
    setup
}
