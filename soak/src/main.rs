//! A client and a server on loopback at full load, under random faults:
//! connections that are refused, dropped or reset, answers that are late, cut in
//! half or put off. The program fails where a promise is broken:
//!
//! - Every call ends in time, in a success or in an error that tells why the
//!   retries ended.
//! - No call sends more requests than `max` + 1. The server counts them.
//! - What must not run twice is executed once where the call succeeds, and at
//!   most once where it fails.
//! - Memory stays flat.
//!
//! `cargo run --release -p retry-soak -- 60` runs for 60 seconds, 20 unless
//! told, and for 50 million calls at most. All traffic stays on 127.0.0.1.

mod client;
mod ledger;
mod server;
mod tally;

use client::Client;
use ledger::Ledger;
use retry_runtime::Budget;
use retry_soak::memory::Memory;
use server::Server;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tally::Tally;

/// Clients that call at the same time, each one call after the other.
const CLIENTS: usize = 64;

/// How much the resident memory may grow after the warm-up, in percent.
const GROWTH: u64 = 10;

const MOST_CALLS: u64 = 50_000_000;

#[tokio::main]
async fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).map_or(Ok(20), |text| text.parse());
    let Ok(seconds) = seconds else {
        eprintln!("the argument is the number of seconds to run: write `retry-soak 60`");
        return ExitCode::FAILURE;
    };
    match soak(Duration::from_secs(seconds)).await {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(broken) => {
            eprintln!("a promise is broken: {broken}");
            ExitCode::FAILURE
        }
    }
}

async fn soak(time: Duration) -> Result<String, String> {
    let ledger = Arc::new(Ledger::new(CLIENTS));
    let server = Server::start(Arc::clone(&ledger))
        .await
        .map_err(|error| format!("the server does not start: {error}"))?;
    // So large a share that retries go on: the budget has a soak test of its
    // own in the clients, whose calls fail all the time.
    let budget = Arc::new(Budget::new(100).map_err(|error| error.to_string())?);
    let calls = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + time;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let client = Client::new(number, server.nodes(), Arc::clone(&budget));
            tokio::spawn(call_until(
                end,
                client,
                Arc::clone(&ledger),
                Arc::clone(&calls),
            ))
        })
        .collect();
    let memory = tokio::task::spawn_blocking(move || Memory::watch_blocking(end, GROWTH));
    let mut tally = Tally::default();
    for client in clients {
        tally.add(
            &client
                .await
                .map_err(|error| format!("a client panicked: {error}"))??,
        );
    }
    let memory = memory.await.map_err(|error| error.to_string())??;
    ledger.check()?;
    tally.check()?;
    Ok(format!("{tally}{ledger}{memory}"))
}

async fn call_until(
    end: Instant,
    mut client: Client,
    ledger: Arc<Ledger>,
    calls: Arc<AtomicU64>,
) -> Result<Tally, String> {
    let mut tally = Tally::default();
    while Instant::now() < end && calls.fetch_add(1, Relaxed) < MOST_CALLS {
        let began = Instant::now();
        let id = ledger.open(client.number());
        let is_order = fastrand::u8(..4) == 0;
        let outcome = if is_order {
            client.order(id).await
        } else {
            client.read(id).await
        };
        tally.count(is_order, began.elapsed(), &outcome);
        if is_order {
            ledger.close_order(id, outcome.is_ok())?;
        }
    }
    Ok(tally)
}
