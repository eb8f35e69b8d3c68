//! The central rules: what they change, and what stays.
#![cfg(feature = "central")]

mod calls;
mod cost;
mod files;
mod listing;
mod rules;
mod switch;

use retry_runtime::central::{self, Rules, SiteReport};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The rules are one for the process: a test holds them for its whole length.
struct Installed(MutexGuard<'static, ()>);

fn hold() -> Installed {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let guard = ONE_AT_A_TIME.lock();
    Installed(guard.unwrap_or_else(PoisonError::into_inner))
}

impl Installed {
    fn now(&self, rules: &str) {
        // Nobody else does meanwhile.
        let () = *self.0;
        central::install(rules.parse().unwrap());
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        central::install(Rules::default());
    }
}

fn install(rules: &str) -> Installed {
    let installed = hold();
    installed.now(rules);
    installed
}

/// A service that is down, and counts how often it is asked.
#[derive(Default)]
struct Down(AtomicU32);

impl Down {
    fn ask(&self) -> io::Result<u32> {
        self.0.fetch_add(1, Relaxed);
        Err(io::ErrorKind::ConnectionReset.into())
    }

    /// How often since this was last called.
    fn asked(&self) -> u32 {
        self.0.swap(0, Relaxed)
    }
}

fn site(name: &str) -> SiteReport {
    let sites = central::sites();
    let found = sites.iter().find(|site| site.name.ends_with(name));
    found
        .unwrap_or_else(|| panic!("no {name} in {sites:#?}"))
        .clone()
}
