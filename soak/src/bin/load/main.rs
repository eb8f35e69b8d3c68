//! Ten thousand calls in flight, with everything on: attributes and a layer side by side,
//! budgets, breakers, hedges, time-outs, hooks, and metrics that are scraped. The program
//! fails where a promise is broken:
//!
//! - What the metrics count is what the clients called and what the server saw, to the one.
//! - What must not run twice does not.
//! - Memory stays flat: within 1 % in runs of five minutes and more.
//!
//! It tells how much time the library itself takes of a call that succeeds at once.
//!
//! `cargo run --release -p retry-soak --bin load -- 600 threads`; the first argument is the
//! number of seconds, 20 unless told, the second one what the calls run on: `threads` (16
//! of them, the default), `current` (tokio's current thread) or `smol`.

mod calls;
mod counts;
mod overhead;

use calls::{Clients, Counted};
use futures::stream::{FuturesUnordered, StreamExt as _};
use metrics_exporter_prometheus::PrometheusBuilder;
use retry_runtime::metrics::{count_calls, describe, observe_budgets};
use retry_soak::memory::Memory;
use retry_soak::samples;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// Calls in flight.
const BESIDE: usize = 10_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(Ok(20), |text| text.parse());
    let Ok(seconds) = seconds else {
        eprintln!("the first argument is the number of seconds: write `load 60 threads`");
        return ExitCode::FAILURE;
    };
    let flavour = arguments.next();
    match load(
        Duration::from_secs(seconds),
        flavour.as_deref().unwrap_or("threads"),
    ) {
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

fn load(time: Duration, flavour: &str) -> Result<String, String> {
    let metrics = samples::exporter().and_then(PrometheusBuilder::install_recorder);
    let metrics = metrics.map_err(|error| error.to_string())?;
    describe();
    count_calls();
    let clients = Arc::new(Clients::new(flavour != "smol"));
    let end = Instant::now() + time;
    let is_over = Arc::new(AtomicBool::new(false));
    let scrapes = thread::spawn({
        let (metrics, is_over) = (metrics.clone(), Arc::clone(&is_over));
        move || {
            let mut scrapes = 0_u32;
            while !is_over.load(Relaxed) {
                thread::sleep(Duration::from_secs(1));
                observe_budgets();
                drop(metrics.render());
                scrapes += 1;
            }
            scrapes
        }
    });
    let flat = if time < Duration::from_secs(60) {
        10
    } else {
        1
    };
    let memory = thread::spawn(move || Memory::watch_blocking(end, flat));
    match flavour {
        "threads" => on_tokio(
            tokio::runtime::Builder::new_multi_thread().worker_threads(16),
            &clients,
            end,
        )?,
        "current" => on_tokio(
            &mut tokio::runtime::Builder::new_current_thread(),
            &clients,
            end,
        )?,
        "smol" => on_smol(&clients, end)?,
        other => return Err(format!("`{other}` is not threads, current or smol")),
    }
    is_over.store(true, Relaxed);
    let memory = memory.join().map_err(|_| "the memory was not watched")?;
    let scrapes = scrapes.join().map_err(|_| "a scrape panicked")?;
    let counted = counts::check(&metrics.render(), clients.counted())?;
    let report = format!(
        "{flavour}: {BESIDE} calls in flight, {scrapes} scrapes\n{counted}{}",
        clients.overhead()
    );
    match memory {
        Ok(memory) => Ok(format!("{report}\n{memory}")),
        Err(grew) => Err(format!("{grew}\n{report}")),
    }
}

fn on_tokio(
    builder: &mut tokio::runtime::Builder,
    clients: &Arc<Clients>,
    end: Instant,
) -> Result<(), String> {
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let calls: Vec<_> = (0..BESIDE)
            .map(|_| tokio::spawn(Arc::clone(clients).call_until(end)))
            .collect();
        for call in calls {
            call.await
                .map_err(|error| format!("a call panicked: {error}"))??;
        }
        Ok(())
    })
}

/// No runtime is entered: the timers are async-io's.
fn on_smol(clients: &Arc<Clients>, end: Instant) -> Result<(), String> {
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let clients = Arc::clone(clients);
            thread::spawn(move || {
                async_io::block_on(async {
                    let calls = (0..BESIDE / 2).map(|_| Arc::clone(&clients).call_until(end));
                    let mut calls: FuturesUnordered<_> = calls.collect();
                    while let Some(outcome) = calls.next().await {
                        outcome?;
                    }
                    Ok::<(), String>(())
                })
            })
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| "a call panicked".to_owned())??;
    }
    Ok(())
}

/// Of the calls of each name.
type Counts = [Counted; 5];
