//! A client and a server in two network namespaces, with a pair of virtual interfaces
//! between them, and everything that a network does to the two: packets that are lost,
//! dropped or refused, a link that is cut, delays that overtake one another, connections
//! that are open on one side only, a server that is stopped, ports that answer RST, an
//! accept queue that is full, names that are not resolved for the moment. The program
//! fails where a promise is broken:
//!
//! - What must not run twice is executed at most once, and once where its call succeeds.
//! - No answer comes to another request than its own.
//! - Every call ends within its deadline.
//! - No file descriptor and no task is left.
//!
//! `cargo run -p retry-network --example network -- 60` runs for 60 seconds, 20 unless told. It needs root,
//! iproute2 and nftables, says so where they are not there, and touches nothing but the
//! namespaces that it makes.

mod calls;
mod client;
mod faults;
mod ledger;
mod namespaces;
mod proxy;
mod server;

use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        // What the program runs in the namespaces.
        ["server"] => server::run(),
        ["client"] => client::run(),
        ["--check"] => namespaces::are_possible(),
        [] => faults::run(Duration::from_secs(20)),
        [seconds] => match seconds.parse() {
            Ok(seconds) => faults::run(Duration::from_secs(seconds)),
            Err(_) => {
                Err("the argument is the number of seconds to run: `retry-network 60`".into())
            }
        },
        _ => Err("one argument at most: the number of seconds to run".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(broken) => {
            eprintln!("{broken}");
            ExitCode::FAILURE
        }
    }
}
