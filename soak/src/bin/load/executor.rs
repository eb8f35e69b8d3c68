//! What the calls run on.

use crate::calls::Clients;
use futures::stream::{FuturesUnordered, StreamExt as _};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// Ten thousand calls are in flight: the others wait where the breaker is open.
pub(crate) const CALLERS: usize = 13_500;

pub(crate) enum Executor {
    Tokio(Runtime),
    /// No runtime is entered: the timers are async-io's.
    Smol,
}

impl Executor {
    pub(crate) fn of(flavour: &str) -> Result<Self, String> {
        let runtime = match flavour {
            "threads" => Builder::new_multi_thread()
                .worker_threads(16)
                .enable_all()
                .build(),
            "current" => Builder::new_current_thread().enable_all().build(),
            "smol" => return Ok(Self::Smol),
            other => return Err(format!("`{other}` is not threads, current or smol")),
        };
        runtime.map(Self::Tokio).map_err(|error| error.to_string())
    }

    pub(crate) const fn is_tokio(&self) -> bool {
        matches!(self, Self::Tokio(_))
    }

    /// All callers, one call after the other for that time, and the end of their
    /// last ones.
    pub(crate) fn call(&self, clients: &Arc<Clients>, time: Duration) -> Result<(), String> {
        let end = Instant::now() + time;
        match self {
            Self::Tokio(runtime) => on_tokio(runtime, clients, end),
            Self::Smol => on_smol(clients, end),
        }
    }
}

fn on_tokio(runtime: &Runtime, clients: &Arc<Clients>, end: Instant) -> Result<(), String> {
    runtime.block_on(async {
        let calls: Vec<_> = (0..CALLERS)
            .map(|_| tokio::spawn(Arc::clone(clients).call_until(end)))
            .collect();
        for call in calls {
            call.await
                .map_err(|error| format!("a call panicked: {error}"))??;
        }
        Ok(())
    })
}

fn on_smol(clients: &Arc<Clients>, end: Instant) -> Result<(), String> {
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let clients = Arc::clone(clients);
            thread::spawn(move || {
                async_io::block_on(async {
                    let calls = (0..CALLERS / 2).map(|_| Arc::clone(&clients).call_until(end));
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
