//! x
use retry_benches::outage::cases::{self, Case, Goal};
use retry_benches::outage::fleet::Kind;
use retry_benches::outage::ours::Ours;
use retry_benches::outage::rule::{ByCause, Rule};
use retry_benches::outage::scenarios::Entry;
use retry_benches::outage::table;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let filter = args.get(1).cloned().unwrap_or_default();
    let rules: Vec<(String, Kind)> = args[2..].iter().map(|a| (a.clone(), kind(a))).collect();
    let peers = [
        ("none", Kind::Ours(Ours::NO_RETRIES)),
        ("gRPC", Kind::Grpc),
        ("AWS", Kind::Aws),
        ("Finagle", Kind::Finagle),
        ("Mongo", Kind::Mongo),
        ("backon", Kind::Backon),
    ];
    let with_peers = std::env::var("PEERS").is_ok();
    for case in cases::all() {
        let name = format!("{} | {}", case.trouble, case.fleet);
        if !filter
            .split('|')
            .any(|alt| alt.split('&').all(|part| name.contains(part)))
        {
            continue;
        }
        let Case { setup, goal, .. } = case;
        let mut kinds: Vec<(&str, Kind)> = rules.iter().map(|(n, k)| (n.as_str(), *k)).collect();
        if with_peers {
            kinds.extend(peers);
        }
        let entries: Vec<Entry> = kinds
            .iter()
            .map(|(_, kind)| Entry {
                label: "",
                setup: setup.clone(),
                kind: *kind,
            })
            .collect();
        let all = table::run(&entries);
        print!("{name:60} |");
        for (k, m) in kinds.iter().zip(&all) {
            let f = goal.of(m);
            if with_peers && peers.iter().any(|p| p.0 == k.0) {
                print!(" {}", k.0);
            }
            print!(" {}", goal.show(f));
            if goal == Goal::Success {}
        }
        println!();
    }
}

// share,reserve,fe,ft,fn,fo,retry,me,mt,mn,mo
fn kind(a: &str) -> Kind {
    if a == "ours" {
        return Kind::Ours(Ours::DEFAULT);
    }
    if a == "nobudget" {
        return Kind::Ours(Ours::NO_BUDGET);
    }
    let v: Vec<f64> = a.split(',').map(|x| x.parse().unwrap()).collect();
    Kind::Ruled(Rule {
        share: v[0],
        reserve: v[1],
        failure: ByCause {
            error: v[2],
            timed_out: v[3],
            not_sent: v[4],
            overloaded: v[5],
        },
        retry: v[6],
        mended: ByCause {
            error: v[7],
            timed_out: v[8],
            not_sent: v[9],
            overloaded: v[10],
        },
    })
}
