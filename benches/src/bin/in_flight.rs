//! 100,000 calls in flight, each of which fails twice and waits for its retries
//! on tokio's paused clock: what the work takes, without the waiting.
//!
//! ```text
//! in_flight               every contender, seven times each, each in a process of its own
//! in_flight CONTENDER     one: milliseconds and kilobytes of peak memory
//! ```

use retry_benches::{Service, contenders, for_each_contender, name_for};
use std::error::Error;
use std::process::Command;
use std::time::Instant;

const CALLS: usize = 100_000;
/// Its budget refuses most of these retries, as it is there to.
const REFUSES: &str = "ours_default";
const ROUNDS: usize = 7;

/// Starts all calls, then waits for them.
macro_rules! in_flight {
    ($contender:ident, $services:expr) => {{
        let mut calls = tokio::task::JoinSet::new();
        for service in $services {
            let client = contenders::$contender::Client::new(service);
            calls.spawn_local(async move { client.get(1, name_for!($contender)).await });
        }
        calls.join_all().await.iter().all(Result::is_ok)
    }};
}

macro_rules! contenders {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        async fn succeed(contender: &str, services: &'static [Service]) -> bool {
            match contender {
                $(stringify!($name) => in_flight!($name, services),)*
                _ => false,
            }
        }
    };
}
for_each_contender!(contenders);

/// The most memory that this process has had, in kilobytes.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no VmHWM in /proc/self/status")?.parse()?)
}

fn one(contender: &str) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let services: Vec<Service> = (0..CALLS).map(|_| Service::default()).collect();
    let services: &'static [Service] = services.leak();
    for service in services {
        service.fail(2);
    }
    let before = peak()?;
    let start = Instant::now();
    // Local tasks: some contenders' futures cannot be sent.
    let tasks = tokio::task::LocalSet::new();
    if !tasks.block_on(&runtime, Box::pin(succeed(contender, services))) {
        return Err(format!("{contender} is unknown, or a call of it failed").into());
    }
    let millis = start.elapsed().as_millis();
    println!("{millis} {}", peak()? - before);
    Ok(())
}

/// Runs this program again for one contender.
fn measured(contender: &str) -> Result<(f64, f64), Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .arg(contender)
        .output()?;
    let output = String::from_utf8(output.stdout)?;
    let (millis, kilobytes) = output.trim().split_once(' ').ok_or("no figures")?;
    Ok((millis.parse()?, kilobytes.parse()?))
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(contender) = std::env::args().nth(1) {
        return one(&contender);
    }
    let mut by_hand = None;
    println!("| contender | wall, ms | peak memory, MB |\n| --- | --- | --- |");
    let names = NAMES.iter().filter(|name| **name != REFUSES);
    let mut best = vec![(f64::MAX, f64::MAX); NAMES.len()];
    // In turns, so that a load from elsewhere meets all of them.
    for _ in 0..ROUNDS {
        for (name, best) in names.clone().zip(&mut best) {
            let (millis, kilobytes) = measured(name)?;
            *best = (best.0.min(millis), best.1.min(kilobytes));
        }
    }
    for (name, (millis, kilobytes)) in names.zip(best) {
        let hand = *by_hand.get_or_insert((millis, kilobytes));
        println!(
            "| {name} | {millis:.0} {:.2} | {:.1} {:.2} |",
            millis / hand.0,
            kilobytes / 1024.0,
            kilobytes / hand.1
        );
    }
    Ok(())
}
