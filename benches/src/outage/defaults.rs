//! The defaults side by side: jitters, and budgets.

use super::fleet::{Kind, Setup};
use super::measures::{Measures, STEP};
use super::ours::Ours;
use super::scenarios::{Entry, Processes};
use super::table;
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
        kind: Kind::Ours(ours),
    }
}

/// Jitters where all clients call in the same moment, and where the service stalls.
pub fn jitters() {
    println!(
        "| jitter | attempts ÷ capacity, worst 100 ms | attempts a call | calls that succeeded \
         | p50 | p99 | stall, 200 calls/s a process: load in the worst second | time to recover |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |"
    );
    let together = Setup::together().processes(Processes::Sparse);
    let stall = Setup::half_load().processes(Processes::Dense);
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
            table::latency(herd.percentile(50.0)),
            table::latency(herd.percentile(99.0)),
            stalled.worst_load(),
            table::recovery(stalled),
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

/// Budgets of 10, 20 and 30 % with a reserve of 10, 30 and 100.
pub fn budgets() {
    println!(
        "| share | reserve | half load: time to recover, sparse | dense | 280 of 300: sparse | dense \
         | half of the nodes dead: calls that succeeded, sparse | dense | load in the worst second, dense |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    );
    let figures: Vec<(u32, u32)> = [10, 20, 30]
        .into_iter()
        .flat_map(|percent| [10, 30, 100].map(|reserve| (percent, reserve)))
        .collect();
    let entries: Vec<Entry> = figures
        .iter()
        .flat_map(|(percent, reserve)| {
            setups().map(|setup| entry("", setup, Ours::DEFAULT.budget(*percent, *reserve)))
        })
        .collect();
    let all = table::run(&entries);
    for ((percent, reserve), row) in figures.iter().zip(all.chunks(setups().len())) {
        println!(
            "| {percent} % | {reserve} | {} | {} | {} | {} | {:.1} % | {:.1} % | {:.2} |",
            table::recovery(&row[0]),
            table::recovery(&row[1]),
            table::recovery(&row[2]),
            table::recovery(&row[3]),
            100.0 * row[4].success_rate(),
            100.0 * row[5].success_rate(),
            row[1].worst_load(),
        );
    }
    println!();
}

/// In the order of the columns, with a fifth of the clients: ratios are the same.
fn setups() -> [Setup; 6] {
    let of = |setup: &Setup, processes| setup.clone().processes(processes).scaled_down(5);
    let half_load = Setup::half_load();
    let metastable = Setup::metastable();
    let half_dead = Setup::half_dead().next_node();
    [
        of(&half_load, Processes::Sparse),
        of(&half_load, Processes::Dense),
        of(&metastable, Processes::Sparse),
        of(&metastable, Processes::Dense),
        of(&half_dead, Processes::Sparse),
        of(&half_dead, Processes::Dense),
    ]
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
        let kinds = [Kind::Ours(Ours::NO_RETRIES), Kind::Grpc]
            .into_iter()
            .chain(RESERVES.map(|reserve| Kind::Ours(Ours::DEFAULT.budget(20, reserve))));
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
            print!(" {} |", table::recovery(&measures));
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
        .processes(Processes::Sparse)
        .scaled_down(20);
    setup.service.capacity = setup.clients as f64 / load;
    setup.service.queue = queue.map(Duration::from_secs);
    setup.service.outage.end = setup.service.outage.start + Duration::from_secs(outage);
    setup.length = Duration::from_secs(400);
    setup
}
