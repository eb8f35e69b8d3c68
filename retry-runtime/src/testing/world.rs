//! The state that a test has in place of the process's: budgets, hedging delays, the dice,
//! and a clock.

use super::clock::Clock;
use super::scope;
use crate::budget::Budget;
use crate::hedge::adaptive_delay::HedgeDelay;
use crate::seams::StateOf;
use crate::time::clock::Instant;
use fastrand::Rng;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The state of one test.
pub(crate) struct TestWorld {
    budgets: ById<Budget>,
    delays: ById<HedgeDelay>,
    dice: Mutex<Rng>,
    /// Which node is next.
    turn: AtomicU32,
    pub(super) clock: Clock,
}

pub(crate) type ById<T> = Mutex<HashMap<u32, Arc<T>>>;

impl TestWorld {
    pub(super) fn new(seed: u64, clock: Clock) -> Self {
        Self {
            budgets: Mutex::default(),
            delays: Mutex::default(),
            dice: Mutex::new(Rng::with_seed(seed)),
            turn: AtomicU32::new(0),
            clock,
        }
    }
}

/// What another thread has panicked with is its own affair.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which one of all budgets, or of all delays, something is. Its place in memory is not
/// enough: it may be moved, and another one may come to stand there.
#[derive(Debug)]
pub(crate) struct Identity(AtomicU32);

impl Identity {
    /// That of a new one: nobody has asked yet.
    pub(crate) const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    fn get(&self) -> u32 {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let known = self.0.load(Relaxed);
        if known != 0 {
            return known;
        }
        let new = NEXT.fetch_add(1, Relaxed);
        match self.0.compare_exchange(0, new, Relaxed, Relaxed) {
            Ok(_) => new,
            Err(other) => other,
        }
    }
}

/// What has a state of its own in each world.
pub(crate) trait Stateful: Sized {
    fn identity(&self) -> &Identity;
    /// One with the same settings, as it was when it was made.
    fn anew(&self) -> Self;
    fn all(world: &TestWorld) -> &ById<Self>;
}

impl Stateful for Budget {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn anew(&self) -> Self {
        Self::like(self)
    }

    fn all(world: &TestWorld) -> &ById<Self> {
        &world.budgets
    }
}

impl Stateful for HedgeDelay {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn anew(&self) -> Self {
        Self::like(self)
    }

    fn all(world: &TestWorld) -> &ById<Self> {
        &world.delays
    }
}

/// It, or what stands for it in the world that the code is in.
pub(crate) fn here<T: Stateful>(it: &T) -> StateOf<'_, T> {
    let Some(world) = scope::world() else {
        return StateOf::Itself(it);
    };
    let mut all = locked(T::all(&world));
    let own = all
        .entry(it.identity().get())
        .or_insert_with(|| Arc::new(it.anew()));
    StateOf::OfTest(Arc::clone(own))
}

/// The time: the world's, where the code is in one.
pub(crate) fn now(real: impl FnOnce() -> Instant) -> Instant {
    match scope::world() {
        Some(world) => world.clock.now(real),
        None => real(),
    }
}

/// A number from 0 up to but excluding 1.
pub(crate) fn random() -> f64 {
    match scope::world() {
        Some(world) => locked(&world.dice).f64(),
        None => fastrand::f64(),
    }
}

/// Which node a call begins with, as a number that goes up.
pub(crate) fn turn(of_thread: impl FnOnce() -> u32) -> u32 {
    match scope::world() {
        Some(world) => world.turn.fetch_add(1, Relaxed),
        None => of_thread(),
    }
}
