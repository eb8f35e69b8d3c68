//! How the default stands in every case, and what other figures would do.

use super::entries::Entry;
use super::kind::Kind;
use super::rule::{ByCause, Rule};
use super::table;
use retry_lab::simulation::cases::{self, Case, FLEETS};
use retry_lab::simulation::kind::Kind as Alone;
use retry_lab::simulation::ours::Ours;

/// Who is compared with ours.
const PEERS: [(&str, Kind); 5] = [
    ("gRPC", Kind::Alone(Alone::Grpc)),
    ("AWS", Kind::Alone(Alone::Aws)),
    ("Finagle", Kind::Alone(Alone::Finagle)),
    ("MongoDB", Kind::Alone(Alone::Mongo)),
    ("backon", Kind::Alone(Alone::Backon)),
];

/// A case by one kind after the other, as figures.
fn figures(case: &Case, kinds: impl IntoIterator<Item = Kind>) -> Vec<f64> {
    let entries: Vec<Entry> = kinds
        .into_iter()
        .map(|kind| Entry {
            label: "",
            setup: case.setup.clone(),
            kind,
        })
        .collect();
    let all = table::run(&entries);
    all.iter().map(|measures| case.goal.of(measures)).collect()
}

/// Every case: each cell has the figures of all fleets.
pub fn all() {
    print!("| what goes wrong | no retries | **ours** |");
    for (name, _) in PEERS {
        print!(" {name} |");
    }
    println!(" behind the best peer |");
    println!("| --- | --- | --- |{} --- |", " --- |".repeat(PEERS.len()));
    for in_fleets in cases::all().chunks(FLEETS) {
        trouble(in_fleets);
    }
    println!();
}

/// One trouble in all fleets: a line.
fn trouble(in_fleets: &[Case]) {
    let kinds = || {
        [Kind::ours(Ours::NO_RETRIES), Kind::ours(Ours::DEFAULT)]
            .into_iter()
            .chain(PEERS.map(|(_, kind)| kind))
    };
    let Some(Case { trouble, goal, .. }) = in_fleets.first() else {
        return;
    };
    let by_fleet: Vec<Vec<f64>> = in_fleets
        .iter()
        .map(|case| figures(case, kinds()))
        .collect();
    print!("| {trouble} |");
    for kind in 0..kinds().count() {
        let cells: Vec<String> = by_fleet
            .iter()
            .map(|figures| goal.show(figures[kind]))
            .collect();
        print!(" {} |", cells.join(" · "));
    }
    let behind: Vec<f64> = by_fleet
        .iter()
        .filter_map(|figures| {
            let best = figures[2..]
                .iter()
                .copied()
                .reduce(|a, b| goal.better(a, b))?;
            Some(goal.behind(figures[1], best))
        })
        .collect();
    println!(" {} |", goal.show_behind(&behind));
}

/// A column of a table of figures: what it is called, and the case.
type Column = (&'static str, &'static str, &'static str);

/// What the share and the reward for a mended error trade against one another.
const SHARES: [Column; 7] = [
    (
        "overload told, cost 0.3",
        "load 1.05, shed at 0.3, told",
        "mixed",
    ),
    (
        "not told, cost 0.1",
        "load 1.05, shed at 0.1, not told",
        "mixed",
    ),
    (
        "not told, cost 0.3",
        "load 1.05, shed at 0.3, not told",
        "mixed",
    ),
    ("half refuse", "half of the nodes refuse", "mixed"),
    (
        "10 % at random",
        "10 % of the attempts fail at random",
        "mixed",
    ),
    (
        "20 % at random",
        "20 % of the attempts fail at random",
        "mixed",
    ),
    (
        "50 % at random",
        "50 % of the attempts fail at random",
        "mixed",
    ),
];

/// What the reward for a mended time-out does.
const TIME_OUTS: [Column; 6] = [
    (
        "stall, small processes",
        "stall of 10 s at half load",
        "1 call/s",
    ),
    ("three of ten hang", "three nodes of ten hang", "mixed"),
    ("half hang", "half of the nodes hang", "mixed"),
    (
        "half hang, small processes",
        "half of the nodes hang",
        "1 call/s",
    ),
    (
        "time-outs at 0.8",
        "time-outs at 0.8 of what can be served",
        "mixed",
    ),
    (
        "time-outs at 0.9",
        "time-outs at 0.9 of what can be served",
        "mixed",
    ),
];

/// What the reserve does: the fleet of small processes, each of which brings a whole one.
const RESERVES: [Column; 6] = [
    (
        "stall at half load",
        "stall of 10 s at half load",
        "1 call/s",
    ),
    ("280 of 300", "stall of 10 s at 280 of 300", "1 call/s"),
    ("half refuse", "half of the nodes refuse", "1 call/s"),
    ("half hang", "half of the nodes hang", "1 call/s"),
    (
        "load 3, told, cost 0.3",
        "load 3, shed at 0.3, told",
        "1 call/s",
    ),
    (
        "20 % at random",
        "20 % of the attempts fail at random",
        "1 call/s",
    ),
];

/// Other figures than the default's, one kind after the other.
pub fn frontier() {
    println!("Share, and what a mended error earns:\n");
    let rules = [0.05, 0.1, 0.15, 0.2].into_iter().flat_map(|share| {
        [1.0, 1.5, 2.0, 4.0].map(|error| {
            let mut rule = Rule {
                share,
                ..Rule::OURS
            };
            rule.mended.error = error;
            (format!("{:.0} %, {error}", 100.0 * share), rule)
        })
    });
    compare("share, mended error", &SHARES, rules);

    println!("What a mended time-out earns:\n");
    let rules = [0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0].map(|timed_out| {
        let mut rule = Rule::OURS;
        rule.mended.timed_out = timed_out;
        (format!("{timed_out}"), rule)
    });
    compare("mended time-out", &TIME_OUTS, rules);

    println!("The reserve, with 1 call/s a process:\n");
    let rules = [5.0, 8.0, 10.0, 15.0, 20.0, 30.0].map(|reserve| {
        let rule = Rule {
            reserve,
            ..Rule::OURS
        };
        (format!("{reserve}"), rule)
    });
    compare("reserve", &RESERVES, rules);

    println!("What a failed attempt takes, and whether overload is told apart:\n");
    let free = Rule {
        failure: ByCause::NONE,
        ..Rule::OURS
    };
    let mut unsent = Rule::OURS;
    unsent.failure.not_sent = 1.0;
    let mut told = Rule::OURS;
    told.mended.overloaded = 2.0;
    let mut dear = Rule::OURS;
    dear.failure.overloaded = 2.0;
    let before = Rule {
        share: 0.2,
        reserve: 30.0,
        failure: ByCause::NONE,
        mended: ByCause::NONE,
        ..Rule::OURS
    };
    let rules = [
        ("the default", Rule::OURS),
        ("nothing is taken for a failure", free),
        ("a token for what was not sent too", unsent),
        ("a mended overload earns 2", told),
        ("an overload takes 2", dear),
        ("retries alone cost, 20 %, reserve 30", before),
    ]
    .map(|(name, rule)| (name.to_owned(), rule));
    let columns = [
        TIME_OUTS[0],
        SHARES[0],
        SHARES[2],
        SHARES[3],
        TIME_OUTS[2],
        SHARES[5],
    ];
    compare("rule", &columns, rules);
}

/// One rule a line, one case a column.
fn compare(what: &str, columns: &[Column], rules: impl IntoIterator<Item = (String, Rule)>) {
    let all = cases::all();
    let chosen: Vec<&Case> = columns
        .iter()
        .filter_map(|(_, trouble, fleet)| {
            all.iter()
                .find(|case| case.trouble == *trouble && case.fleet == *fleet)
        })
        .collect();
    assert_eq!(chosen.len(), columns.len(), "every column is a case");
    let (names, rules): (Vec<String>, Vec<Rule>) = rules.into_iter().unzip();
    let by_column: Vec<Vec<f64>> = chosen
        .iter()
        .map(|case| figures(case, rules.iter().map(|rule| Kind::Ruled(*rule))))
        .collect();
    print!("| {what} |");
    for (name, ..) in columns {
        print!(" {name} |");
    }
    println!("\n| --- |{}", " --- |".repeat(columns.len()));
    for (line, name) in names.iter().enumerate() {
        print!("| {name} |");
        for (case, figures) in chosen.iter().zip(&by_column) {
            print!(" {} |", case.goal.show(figures[line]));
        }
        println!();
    }
    println!();
}
