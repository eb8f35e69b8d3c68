//! Policies side by side in one simulation, as text, as a picture and as a page.

mod page;

use crate::chart::{Axis, Chart, Panel, Theme, whole};
use crate::simulation::kind::Kind;
use crate::simulation::measures::Measures;
use crate::simulation::ours::Ours;
use crate::simulation::service::Fault;
use crate::simulation::setup::Setup;
use crate::simulation::side_by_side;
use crate::table;
use std::time::Duration;

/// A policy and what it is called.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is called.
    pub label: String,
    /// What it does.
    pub kind: Kind,
}

/// A policy of ours beside no retries, a bare `#[retry]`, retries at once without a budget,
/// and the peers' defaults.
///
/// ```
/// use retry_lab::comparison::with_peers;
/// use retry_lab::simulation::ours::Ours;
///
/// let labels: Vec<String> = with_peers(Ours::NO_BUDGET)
///     .into_iter()
///     .map(|entry| entry.label)
///     .collect();
/// assert_eq!(labels[..3], ["yours", "no retries", "#[retry], the default"]);
/// ```
#[must_use]
pub fn with_peers(ours: Ours) -> Vec<Entry> {
    let peers = [
        ("3 retries at once, no budget", Kind::Ours(Ours::NAIVE)),
        ("gRPC's example", Kind::Grpc),
        ("AWS SDKs, standard mode", Kind::Aws),
        ("Finagle", Kind::Finagle),
        ("MongoDB's drivers", Kind::Mongo),
        ("backon", Kind::Backon),
    ];
    let mut entries = alone(ours);
    entries.extend(peers.map(|(label, kind)| Entry::new(label, kind)));
    entries
}

/// A policy of ours beside no retries, and beside a bare `#[retry]` where it is another.
///
/// ```
/// use retry_lab::comparison::alone;
/// use retry_lab::simulation::ours::Ours;
///
/// assert_eq!(alone(Ours::DEFAULT).len(), 2);
/// ```
#[must_use]
pub fn alone(ours: Ours) -> Vec<Entry> {
    const DEFAULT: &str = "#[retry], the default";
    let is_default = ours.is_default();
    let label = if is_default { DEFAULT } else { "yours" };
    let mut entries = vec![
        Entry::new(label, Kind::Ours(ours)),
        Entry::new("no retries", Kind::Ours(Ours::NO_RETRIES)),
    ];
    if !is_default {
        entries.push(Entry::new(DEFAULT, Kind::Ours(Ours::DEFAULT)));
    }
    entries
}

impl Entry {
    fn new(label: &str, kind: Kind) -> Self {
        Self {
            label: label.to_owned(),
            kind,
        }
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Comparison {
    setup: Setup,
    title: String,
    entries: Vec<Entry>,
    all: Vec<Measures>,
}

impl Comparison {
    /// Runs the simulation with each of them. The first is the one that it is about.
    /// `progress` is told how many are through, and of how many.
    ///
    /// ```
    /// use retry_lab::comparison::{Comparison, with_peers};
    /// use retry_lab::simulation::ours::Ours;
    /// use retry_lab::simulation::setup::Setup;
    ///
    /// let setup = Setup::half_load().scaled_down(100);
    /// let entries = with_peers(Ours::DEFAULT);
    /// let comparison = Comparison::run(setup, "A stall".to_owned(), entries, |_, _| ());
    /// assert!(comparison.text().contains("recovers after"));
    /// assert!(comparison.page("retry-lab outage").starts_with("<!doctype html>"));
    /// ```
    #[must_use]
    pub fn run(
        setup: Setup,
        title: String,
        entries: Vec<Entry>,
        mut progress: impl FnMut(usize, usize),
    ) -> Self {
        let count = entries.len();
        let all = side_by_side::run(
            &entries,
            |entry| setup.run(&entry.kind),
            |done| progress(done, count),
        );
        Self {
            setup,
            title,
            entries,
            all,
        }
    }

    /// What is simulated, a table, and what follows.
    #[must_use]
    pub fn text(&self) -> String {
        let mut rows = vec![table::COLUMNS.map(str::to_owned)];
        rows.extend(self.rows());
        format!(
            "{}\n\n{}\n{}\n",
            self.title,
            table::aligned(&rows),
            self.summary()
        )
    }

    /// The plots, one above the other.
    #[must_use]
    pub fn picture(&self, theme: Theme) -> String {
        self.chart().picture(&self.panels(), theme)
    }

    /// A page with all of it, self-contained; `command` gives the same again.
    #[must_use]
    pub fn page(&self, command: &str) -> String {
        page::write(self, command)
    }

    fn rows(&self) -> impl Iterator<Item = [String; table::COLUMNS.len()]> {
        let both = self.entries.iter().zip(&self.all);
        both.map(|(entry, measures)| table::row(&entry.label, measures))
    }

    /// How the first does beside no retries.
    fn summary(&self) -> String {
        let without = self
            .entries
            .iter()
            .position(|entry| entry.label == "no retries");
        let (Some(first), Some(without)) = (self.all.first(), without.map(|at| &self.all[at]))
        else {
            return String::new();
        };
        let of = |measures: &Measures| format!("{:.1} %", 100.0 * measures.success_rate());
        let judged = self.setup.judged.as_secs();
        let succeed = format!(
            "Of the calls of {judged} s from second {} on, {} succeed, and {} without retries.",
            self.setup.service.outage.start.as_secs(),
            of(first),
            of(without),
        );
        if self.setup.service.outage.is_empty() {
            return succeed;
        }
        let recover = match (first.recovery(), without.recovery()) {
            (Some(0), Some(0)) => {
                "Once the trouble is over the service has recovered at once.".to_owned()
            }
            (Some(first), Some(without)) => format!(
                "Once the trouble is over the service takes {first} s to recover, and {without} s \
                 without retries."
            ),
            (None, Some(without)) => format!(
                "The retries keep the service down: it does not recover in {} s, and without \
                 retries in {without} s.",
                self.all[0].watched()
            ),
            (Some(first), None) => format!(
                "Once the trouble is over the service takes {first} s to recover; without retries \
                 it does not."
            ),
            (None, None) => {
                "In this time the service does not recover, with retries or without.".to_owned()
            }
        };
        format!("{succeed} {recover}")
    }

    fn chart(&self) -> Chart<'_> {
        Chart {
            title: &self.title,
            seconds: 0..self.setup.length.as_secs() as usize,
            shaded: self.shaded(),
            labels: self
                .entries
                .iter()
                .map(|entry| entry.label.clone())
                .collect(),
            stressed: 0,
        }
    }

    fn shaded(&self) -> Vec<(std::ops::Range<f64>, String)> {
        let seconds = |span: &std::ops::Range<Duration>| {
            span.start.as_secs_f64()..span.end.min(self.setup.length).as_secs_f64()
        };
        let what = match self.setup.service.fault {
            Fault::Stall | Fault::Errors => "outage",
            Fault::Nodes(..) => "nodes out of order",
            Fault::Slower(_) | Fault::Slope(_) => "overload",
        };
        let mut shaded = vec![(seconds(&self.setup.service.outage), what.to_owned())];
        for entry in &self.entries {
            if let Kind::Ours(Ours { off: Some(off), .. }) = &entry.kind {
                shaded.push((seconds(off), "retries switched off".to_owned()));
            }
        }
        shaded
    }

    fn panels(&self) -> Vec<Panel<'_>> {
        let lines = |of: &dyn Fn(&Measures) -> Vec<Option<f64>>| -> Vec<Vec<Option<f64>>> {
            self.all.iter().map(of).collect()
        };
        let most = |lines: &[Vec<Option<f64>>]| {
            lines
                .iter()
                .flatten()
                .flatten()
                .copied()
                .fold(0.0, f64::max)
        };
        let load = lines(&|measures| whole(measures.load()));
        let good = lines(&|measures| whole(measures.good()));
        let p99 = lines(&|measures| {
            let seconds = |latency: &Option<Duration>| latency.map(|latency| latency.as_secs_f64());
            measures.p99.iter().map(seconds).collect()
        });
        let budget = lines(&|measures| whole(measures.budget_left()));
        vec![
            Panel {
                title: "Load: attempts ÷ calls",
                axis: Axis::times((most(&load) * 1.05).max(1.2)),
                lines: load,
            },
            Panel {
                title: "Goodput: answers ÷ calls",
                axis: Axis::percent((most(&good) * 1.05).clamp(1.1, 2.2)),
                lines: good,
            },
            Panel {
                title: "Latency of what succeeds, p99",
                axis: Axis::latency(Duration::from_secs_f64(most(&p99) * 1.3)),
                lines: p99,
            },
            Panel {
                title: "Budget left",
                axis: Axis::percent(1.05),
                lines: budget,
            },
        ]
    }
}
