//! The client: calls of every kind at once, and figures of each round.

use crate::calls::{Clients, DEADLINE, Fault, Kind, Lines, MAX, TRIED, Way};
use crate::ledger;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::{sleep, timeout};

/// Calls of each kind at the same time.
const BESIDE: usize = 4;
/// What a deadline may be late by on a machine under full load, with the second that
/// reqwest has for a body.
const SLACK: Duration = Duration::from_secs(4);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    calls: u64,
    attempts: u64,
    succeeded: u64,
    longest: Duration,
}

/// What the calls came to.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<(usize, Kind), Count>,
    rounds: Vec<String>,
    /// Orders whose calls have succeeded.
    orders: BTreeSet<u64>,
    broken: Option<String>,
}

#[derive(Default)]
struct State {
    tally: Mutex<Tally>,
    ended: AtomicBool,
    numbers: AtomicU64,
}

impl State {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls until its standard input says that it is over.
pub(crate) fn run() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(calls())
}

async fn calls() -> Result<(), String> {
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    let first = input.next_line().await.ok().flatten().ok_or("no round")?;
    let descriptors = descriptors();
    let state = Arc::new(State::default());
    state.tally().rounds.push(first);
    let clients = Clients::new()?;
    let mut workers = Vec::new();
    for kind in Kind::ALL.repeat(BESIDE) {
        workers.push(tokio::spawn(work(
            kind,
            clients.clone(),
            Arc::clone(&state),
        )));
    }
    while let Ok(Some(round)) = input.next_line().await {
        if round == "end" {
            break;
        }
        state.tally().rounds.push(round);
    }
    state.ended.store(true, Relaxed);
    for worker in workers {
        worker
            .await
            .map_err(|error| format!("a client panicked: {error}"))?;
    }
    let executed = clients
        .ledger()
        .await
        .map_err(|error| format!("no ledger: {error:?}"))?;
    drop(clients);
    let executed = ledger::read(&executed);
    let report = state.tally().checked(&executed)?;
    println!("{report}");
    nothing_is_left(descriptors).await
}

async fn work(kind: Kind, clients: Clients, state: Arc<State>) {
    let mut lines = Lines::default();
    while !state.ended.load(Relaxed) {
        let number = state.numbers.fetch_add(1, Relaxed);
        let (round, way) = {
            let tally = state.tally();
            let round = tally.rounds.len() - 1;
            (round, Way::of(&tally.rounds[round]))
        };
        let tried = Arc::new(AtomicU32::new(0));
        let began = Instant::now();
        let call = clients.call(kind, way, number, &mut lines);
        // One that does not end at all is a promise that is broken, and no hang of this.
        let call = timeout(DEADLINE + SLACK, TRIED.scope(Arc::clone(&tried), call));
        let outcome = call.await.map_err(|_| "it does not end".to_owned());
        state.tally().count(
            round,
            kind,
            number,
            began.elapsed(),
            tried.load(Relaxed),
            &outcome,
        );
        sleep(Duration::from_millis(2)).await;
    }
}

impl Tally {
    fn count(
        &mut self,
        round: usize,
        kind: Kind,
        number: u64,
        took: Duration,
        attempts: u32,
        outcome: &Result<Result<(), Fault>, String>,
    ) {
        let count = self.counts.entry((round, kind)).or_default();
        count.calls += 1;
        count.attempts += u64::from(attempts);
        count.longest = count.longest.max(took);
        let broken = match outcome {
            Ok(Ok(())) => {
                count.succeeded += 1;
                if kind.is_order() {
                    self.orders.insert(number);
                }
                None
            }
            Ok(Err(Fault::Wrong(answer))) => Some(format!("it was answered by `{answer}`")),
            Ok(Err(fault)) if self.rounds[round] == "calm" => {
                Some(format!("it fails where nothing is wrong: {fault:?}"))
            }
            Ok(Err(_)) => None,
            Err(hang) => Some(hang.clone()),
        };
        let most = MAX + 1 + kind.transparent();
        let broken = broken.or_else(|| (attempts > most).then(|| format!("{attempts} attempts")));
        if let Some(broken) = broken {
            let told = || format!("{}, call {number}: {broken}", kind.name());
            self.broken.get_or_insert_with(told);
        }
    }

    /// The figures, where no promise is broken.
    fn checked(&self, executed: &BTreeMap<u64, u32>) -> Result<String, String> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        if let Some((order, times)) = executed.iter().find(|(_, times)| **times > 1) {
            return Err(format!("order {order} was executed {times} times"));
        }
        if let Some(order) = self
            .orders
            .iter()
            .find(|order| !executed.contains_key(order))
        {
            return Err(format!("order {order} succeeded and was never executed"));
        }
        let mut text = String::new();
        for ((round, kind), count) in &self.counts {
            let round = &self.rounds[*round];
            let _ = writeln!(
                text,
                "{round:12} {:24} {:6} calls {:6} attempts {:6} succeeded, the longest {:?}",
                kind.name(),
                count.calls,
                count.attempts,
                count.succeeded,
                count.longest
            );
        }
        let orders = format!(
            "{} orders executed, none twice; {} calls of orders succeeded, each executed once",
            executed.len(),
            self.orders.len()
        );
        Ok(text + &orders)
    }
}

/// Descriptors and tasks go away with the clients, a little later.
async fn nothing_is_left(before: usize) -> Result<(), String> {
    let metrics = tokio::runtime::Handle::current().metrics();
    let (mut left, mut tasks) = (0, 0);
    for _ in 0..50 {
        (left, tasks) = (descriptors(), metrics.num_alive_tasks());
        if left <= before && tasks == 0 {
            println!("no descriptor and no task is left");
            return Ok(());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err(format!(
        "{left} descriptors where there were {before}, and {tasks} tasks"
    ))
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}
