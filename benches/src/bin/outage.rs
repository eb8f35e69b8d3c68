//! The outage simulation: prints its tables as Markdown, and draws its plots
//! into `docs/plots` and, for the guide, into `retry-runtime/docs/plots`.

use retry_benches::outage::entries::{self, Entry};
use retry_benches::outage::{defaults, slow_tail, standings, table};
use retry_lab::chart::{Axis, Chart, Panel, Theme, whole};
use retry_lab::simulation::measures::Measures;
use retry_lab::simulation::scenarios::CLIENTS;
use retry_lab::simulation::setup::{Processes, Setup};
use std::ops::Range;
use std::path::Path;
use std::time::Duration;
use std::{fs, io, thread};

const SPARSE: &str = "10,000 processes, 1 call/s each";
const DENSE: &str = "50 processes, 200 calls/s each";

fn main() -> io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        None => {
            plots()?;
            defaults();
            standings::all();
            standings::frontier();
        }
        Some("plots") => plots()?,
        Some("defaults") => defaults(),
        Some("standings") => standings::all(),
        Some("frontier") => standings::frontier(),
        Some(part) => {
            let parts = "write plots, defaults, standings or frontier, or nothing for all";
            return Err(io::Error::other(format!("`{part}` is no part: {parts}")));
        }
    }
    Ok(())
}

/// The scenarios that are drawn, and their tables.
fn plots() -> io::Result<()> {
    stalls(
        "half-load",
        "Half load, the service stalls for 10 s",
        &Setup::half_load(),
    )?;
    stalls(
        "metastable",
        "280 of 300, the service stalls for 10 s",
        &Setup::metastable(),
    )?;
    compare(
        &entries::layers(),
        &Look {
            file: "outage-layers.svg",
            title: "Three layers, 10 s of errors (two lines go on to 64)",
            stressed: "three layers of ours",
            top: 12.0,
            shaded: "outage",
        },
    )?;
    dead_nodes()?;
    overload()?;
    hedging()
}

/// What the defaults are chosen by.
fn defaults() {
    println!("### Jitter\n");
    defaults::jitters();
    println!("### Reserve: time to recover with 1 call/s a process\n");
    defaults::reserves();
}

/// More work than the service can do for a while, which it says.
fn overload() -> io::Result<()> {
    for (name, processes, clients) in both() {
        compare(
            &entries::overload(processes),
            &Look {
                file: &format!("outage-overload-{name}.svg"),
                title: &format!("Load 0.7 to 1.4 and back, shed at 0.3 of a request: {clients}"),
                stressed: "ours",
                top: 4.5,
                shaded: "slower, then faster",
            },
        )?;
    }
    Ok(())
}

/// A service that stalls, and its clients in many processes and in few.
fn stalls(file: &str, title: &str, setup: &Setup) -> io::Result<()> {
    for (name, processes, clients) in both() {
        compare(
            &entries::policies(&setup.clone().processes(processes)),
            &Look {
                file: &format!("outage-{file}-{name}.svg"),
                title: &format!("{title}: {clients}"),
                stressed: "ours",
                top: 4.5,
                shaded: "outage",
            },
        )?;
    }
    Ok(())
}

/// Half of the nodes are dead, with and without `choose`.
fn dead_nodes() -> io::Result<()> {
    for (name, processes, clients) in both() {
        compare(
            &entries::half_dead(processes),
            &Look {
                file: &format!("outage-half-dead-{name}.svg"),
                title: &format!("Half of the nodes dead for 30 s: {clients}"),
                stressed: entries::OURS_CHOOSING,
                top: 3.0,
                shaded: "outage",
            },
        )?;
    }
    Ok(())
}

/// How a scenario is shown.
struct Look<'a> {
    file: &'a str,
    title: &'a str,
    /// The label of the line that is drawn thick.
    stressed: &'a str,
    /// Where the axis of the load ends.
    top: f64,
    /// What happens in the seconds that are shaded.
    shaded: &'a str,
}

fn both() -> [(&'static str, Processes, &'static str); 2] {
    [
        ("sparse", Processes::SPARSE, SPARSE),
        ("dense", Processes::DENSE, DENSE),
    ]
}

/// Runs, prints and draws one scenario.
fn compare(entries: &[Entry], look: &Look<'_>) -> io::Result<()> {
    println!("### {}\n", look.title);
    let all = table::run(entries);
    table::outcome(entries, &all);
    let outage = &entries[0].setup.service.outage;
    let second = |at: Duration| usize::try_from(at.as_secs()).unwrap_or(usize::MAX);
    let stressed = entries
        .iter()
        .position(|entry| entry.label == look.stressed);
    let chart = Chart {
        title: look.title,
        stressed: stressed.unwrap_or(usize::MAX),
        seconds: 0..second(entries[0].setup.length),
        shaded: vec![(
            outage.start.as_secs_f64()..outage.end.as_secs_f64(),
            look.shaded.to_owned(),
        )],
        labels: entries.iter().map(|entry| entry.label.to_owned()).collect(),
    };
    let lines = |of: fn(&Measures) -> Vec<f64>| all.iter().map(|one| whole(of(one))).collect();
    let panels = [
        Panel {
            title: "Goodput ÷ demand",
            axis: Axis::percent(1.2),
            lines: lines(Measures::good),
        },
        Panel {
            title: "Offered load ÷ demand",
            axis: Axis::times(look.top),
            lines: lines(Measures::load),
        },
    ];
    draw(look.file, &chart.picture(&panels, Theme::Paper))
}

fn hedging() -> io::Result<()> {
    let title = "A slow tail, and ten seconds in which all is slow";
    println!("### {title}\n");
    let tails: Vec<slow_tail::Tail> = thread::scope(|scope| {
        let running = slow_tail::ALL
            .map(|(_, hedging)| scope.spawn(move || slow_tail::run(hedging, CLIENTS, 1)));
        running
            .into_iter()
            .filter_map(|run| run.join().ok())
            .collect()
    });
    slow_tail::print(&tails);
    let chart = Chart {
        title,
        seconds: 0..slow_tail::LENGTH,
        shaded: vec![(seconds(&slow_tail::SLOW), "all is slow".to_owned())],
        stressed: slow_tail::ALL.len() - 1,
        labels: slow_tail::ALL.map(|(label, _)| label.to_owned()).to_vec(),
    };
    let panels = [
        Panel {
            title: "p99 in ms",
            axis: Axis::plain(1500.0),
            lines: tails
                .iter()
                .map(|tail| whole(tail.by_second(99.0)))
                .collect(),
        },
        Panel {
            title: "Offered load ÷ demand",
            axis: Axis::times(2.2),
            lines: tails.iter().map(|tail| whole(tail.load())).collect(),
        },
    ];
    draw("hedging.svg", &chart.picture(&panels, Theme::Paper))
}

fn seconds(span: &Range<usize>) -> Range<f64> {
    let second = |at: usize| Duration::from_secs(at as u64).as_secs_f64();
    second(span.start)..second(span.end)
}

/// What `guide::outage` shows, and so has to be packaged with the crate.
const IN_THE_GUIDE: [&str; 3] = [
    "outage-half-load-sparse.svg",
    "outage-half-dead-dense.svg",
    "outage-overload-dense.svg",
];

fn draw(file: &str, picture: &str) -> io::Result<()> {
    let folder = if IN_THE_GUIDE.contains(&file) {
        "../retry-runtime/docs/plots"
    } else {
        "../docs/plots"
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(file), picture)
}
