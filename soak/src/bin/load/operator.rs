//! Who operates the clients: changes the central rules every second, scrapes the metrics,
//! and has outages.

use crate::calls::Clients;
use metrics_exporter_prometheus::PrometheusHandle;
use retry_runtime::central::{self, Watch};
use retry_runtime::metrics::observe_budgets;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// After so many seconds it all begins again. Rules that say something new are kept for good,
/// and would grow for ever.
const PERIOD: u32 = 15;

/// The rules of that second.
fn rules(second: u32) -> String {
    let second = second % PERIOD;
    let third = second / 5;
    match second % 5 {
        0 => String::new(),
        1 => format!("[default]\npolicy = 'max = {}'\n", 2 + third),
        2 => format!(
            "[get]\nhedge = '{}ms'\nbudget = '{}%, reserve 20'\n[layer]\nhedge = 'none'\n",
            700 + 100 * third,
            10 + third
        ),
        3 => format!(
            "[run]\nenabled = false\n[http]\npolicy = 'timeout = {}ms'\n",
            1500 + second
        ),
        _ => format!(
            "['load.*']\npolicy = 'max = {}'\n['o*']\npolicy = 'backoff = fixed({second}ms)'\n",
            1 + third
        ),
    }
}

/// Puts each set of rules into force once. What they come to is kept for every function,
/// once: from here on it is all there.
pub(crate) fn install_all() -> Result<(), String> {
    for second in 0..PERIOD {
        let rules = rules(second).parse();
        central::install(rules.map_err(|error: central::InvalidRules| error.to_string())?);
    }
    Ok(())
}

/// It works until it is stopped, on a thread of its own.
pub(crate) struct Operator {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Result<u32, String>>,
    watch: Watch,
    path: PathBuf,
}

impl Operator {
    pub(crate) fn start(
        clients: &Arc<Clients>,
        metrics: &PrometheusHandle,
    ) -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("retry-load-{}.toml", std::process::id()));
        fs::write(&path, rules(0)).map_err(|error| error.to_string())?;
        let watch = central::watch(&path).map_err(|error| error.to_string())?;
        let is_over = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (clients, metrics) = (Arc::clone(clients), metrics.clone());
            let (path, is_over) = (path.clone(), Arc::clone(&is_over));
            move || {
                let mut scrapes = 0;
                while !is_over.load(Relaxed) {
                    // Renamed: half of a file may be valid.
                    let new = path.with_extension("new");
                    fs::write(&new, rules(scrapes))
                        .and_then(|()| fs::rename(&new, &path))
                        .map_err(|error| error.to_string())?;
                    clients.suffer(scrapes % PERIOD == 2);
                    thread::sleep(Duration::from_secs(1));
                    observe_budgets();
                    drop(metrics.render());
                    scrapes += 1;
                }
                clients.suffer(false);
                Ok(scrapes)
            }
        });
        Ok(Self {
            is_over,
            thread,
            watch,
            path,
        })
    }

    /// How often it has scraped.
    pub(crate) fn stop(self) -> Result<u32, String> {
        self.is_over.store(true, Relaxed);
        let scrapes = self.thread.join().map_err(|_| "a scrape panicked")??;
        if let Some(fault) = self.watch.fault() {
            return Err(format!("the rules were refused: {fault}"));
        }
        drop(self.watch);
        fs::remove_file(self.path).map_err(|error| error.to_string())?;
        Ok(scrapes)
    }
}
