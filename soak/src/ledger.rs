//! What the server saw of each call.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Retries after the first attempt of a call.
pub(crate) const MAX: u32 = 4;

/// How many calls of a client are remembered: a late request of an earlier one
/// is still counted.
const KEPT: usize = 256;

/// One call of one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id {
    pub(crate) client: usize,
    pub(crate) call: u64,
}

#[derive(Clone, Copy, Default)]
struct Entry {
    call: u64,
    requests: u32,
    executions: u32,
}

/// Counts requests and executions, and notes the first promise that is broken.
pub(crate) struct Ledger {
    clients: Vec<Mutex<(u64, [Entry; KEPT])>>,
    broken: Mutex<Option<String>>,
    requests: AtomicU64,
    most: AtomicU32,
    executions: AtomicU64,
}

impl Ledger {
    pub(crate) fn new(clients: usize) -> Self {
        let empty = || Mutex::new((0, [Entry::default(); KEPT]));
        Self {
            clients: std::iter::repeat_with(empty).take(clients).collect(),
            broken: Mutex::default(),
            requests: AtomicU64::new(0),
            most: AtomicU32::new(0),
            executions: AtomicU64::new(0),
        }
    }

    /// A client begins its next call.
    pub(crate) fn open(&self, client: usize) -> Id {
        let mut guard = lock(&self.clients[client]);
        guard.0 += 1;
        let call = guard.0;
        guard.1[place(call)] = Entry {
            call,
            ..Entry::default()
        };
        Id { client, call }
    }

    /// The server has read a request.
    pub(crate) fn request(&self, id: Id) {
        self.requests.fetch_add(1, Relaxed);
        let Some(requests) = self.change(id, |entry| {
            entry.requests += 1;
            entry.requests
        }) else {
            return;
        };
        self.most.fetch_max(requests, Relaxed);
        if requests > MAX + 1 {
            self.broke(format!("{id:?} was sent {requests} times"));
        }
    }

    /// The server executes an order.
    pub(crate) fn execute(&self, id: Id) {
        self.executions.fetch_add(1, Relaxed);
        let executions = self.change(id, |entry| {
            entry.executions += 1;
            entry.executions
        });
        if executions.is_none_or(|executions| executions > 1) {
            self.broke(format!("{id:?} was executed {executions:?} times"));
        }
    }

    /// An order has ended. One that failed may still be executed, once.
    pub(crate) fn close_order(&self, id: Id, succeeded: bool) -> Result<(), String> {
        let executions = self.change(id, |entry| entry.executions);
        if succeeded && executions != Some(1) {
            return Err(format!(
                "{id:?} succeeded and was executed {executions:?} times"
            ));
        }
        Ok(())
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        match lock(&self.broken).take() {
            Some(broken) => Err(broken),
            None if self.requests.load(Relaxed) == 0 => Err("no request has come".into()),
            None => Ok(()),
        }
    }

    fn change(&self, id: Id, with: impl FnOnce(&mut Entry) -> u32) -> Option<u32> {
        let mut guard = lock(self.clients.get(id.client)?);
        let entry = &mut guard.1[place(id.call)];
        (entry.call == id.call).then(|| with(entry))
    }

    fn broke(&self, promise: String) {
        lock(&self.broken).get_or_insert(promise);
    }
}

fn place(call: u64) -> usize {
    usize::try_from(call % KEPT as u64).unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "server: {} requests, at most {} a call; {} orders executed, none twice",
            self.requests.load(Relaxed),
            self.most.load(Relaxed),
            self.executions.load(Relaxed),
        )
    }
}
