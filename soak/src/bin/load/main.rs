//! Ten thousand calls in flight, with everything on: attributes, closures and layers side by
//! side, budgets, breakers, hedges, time-outs, hooks, spans, central rules that change every
//! second, metrics that are scraped, a log of all events, and outages. The program fails
//! where a promise is broken:
//!
//! - What metrics, log and the list of functions count is what the clients called and what
//!   the server saw, to the one.
//! - What must not run twice does not.
//! - Nothing leaks: what is allocated while no call is in flight is, at the end, within 1 %
//!   of what it was after the warm-up.
//! - Memory under load stays flat: what is allocated within 1 %, in runs of a minute and
//!   more, and what the system gives for it within 10 %.
//!
//! It tells how much time the library itself takes of a call that succeeds at once.
//!
//! `cargo run --release -p retry-soak --bin load -- 600 threads`; the first argument is the
//! number of seconds, 20 unless told, the second one what the calls run on: `threads` (16
//! of them, the default), `current` (tokio's current thread) or `smol`. The first quarter of
//! the time is the warm-up.

mod calls;
mod counts;
mod events;
mod executor;
mod heap;
mod layers;
mod operator;
mod overhead;
mod policy;
mod recorder;
mod server;
mod under_load;

use calls::Clients;
use events::Events;
use executor::{CALLERS, Executor};
use metrics_exporter_prometheus::PrometheusHandle;
use operator::Operator;
use retry_runtime::{central, metrics};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use under_load::UnderLoad;

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
    let executor = Executor::of(flavour)?;
    let events = Events::default();
    let metrics = observed(&events)?;
    let clients = Arc::new(Clients::new(executor.is_tokio()));
    for name in calls::names() {
        recorder::register(name);
    }

    let operator = Operator::start(&clients, &metrics)?;
    executor.call(&clients, time / 4)?;
    operator.stop()?;
    operator::install_all()?;
    let warm = heap::at_rest();

    let operator = Operator::start(&clients, &metrics)?;
    let under_load = UnderLoad::watch(&clients, time * 3 / 4);
    executor.call(&clients, time * 3 / 4)?;
    let scrapes = operator.stop()?;
    let under_load = under_load
        .join()
        .map_err(|_| "the memory was not watched")?;
    let end = heap::at_rest();

    let findings = [
        counts::check(&metrics.render(), &events, clients.served()),
        warm.flat_until(end),
        under_load.check(),
    ];
    let mut report = format!(
        "{flavour}: {CALLERS} callers, {scrapes} scrapes, {} changes of the rules\n{}",
        events.rules(),
        clients.overhead()
    );
    let mut is_broken = false;
    for finding in findings {
        is_broken |= finding.is_err();
        let (Ok(text) | Err(text)) = finding;
        report = format!("{report}\n{}", text.trim_end());
    }
    if is_broken { Err(report) } else { Ok(report) }
}

/// All that can be told is told.
fn observed(events: &Events) -> Result<PrometheusHandle, String> {
    let rendered = recorder::install()?;
    tracing::subscriber::set_global_default(events.clone()).map_err(|error| error.to_string())?;
    metrics::describe();
    metrics::count_calls();
    central::count_calls();
    Ok(rendered)
}
