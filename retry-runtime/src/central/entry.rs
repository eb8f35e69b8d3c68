//! What is known of one retried function: a static in each annotated one, and for the
//! others something that is made at their first call.

use super::registry;
use super::ruled::{self, Kept, Ruled};
use super::rules::{Rules, Said, Saying};
use super::tally::Tally;
use crate::budget::Budget;
use crate::engine::ruling::{Facts, RuledHedge, Ruling};
use crate::observe::subject::Name;
use crate::policy::Policy;
use crate::sync::{self, AtomicU8, RwLock};
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, OnceLock, PoisonError};

/// No call has been made yet.
const NEW: u8 = 0;
/// No rule says anything of it, and nobody counts calls.
const QUIET: u8 = 1;
/// There is something to look up.
const WATCHED: u8 = 2;

/// One retried function.
pub struct Entry {
    /// All that a call reads that no rule is about. What is looked up behind it is under
    /// a lock, which orders it.
    state: AtomicU8,
    place: Option<(&'static str, u32)>,
    known: OnceLock<Description>,
    /// The one whose first call was before.
    before: OnceLock<&'static Entry>,
    ruled: RwLock<Option<&'static Ruled>>,
    tally: Tally,
}

/// What its first call has told.
#[derive(Debug)]
pub(super) struct Description {
    pub(super) name: Cow<'static, str>,
    pub(super) facts: Facts,
    /// The budget of the function alone.
    pub(super) own_budget: Option<&'static Budget>,
    /// The code's policy. Where each call has one of its own, that of the first.
    pub(super) policy: Policy,
    pub(super) is_constant: bool,
    /// Under the lock of the registry, whoever asks.
    kept: Mutex<Kept>,
}

impl Description {
    pub(super) fn new(
        name: Name,
        facts: Facts,
        own_budget: Option<&'static Budget>,
        policy: &Policy,
        is_constant: bool,
    ) -> Self {
        Self {
            name: name.find(),
            facts,
            own_budget,
            policy: *policy,
            is_constant,
            kept: Mutex::default(),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("known", &self.known)
            .finish_non_exhaustive()
    }
}

impl Entry {
    sync::const_fn! {
        /// A function whose attribute stands on this line.
        #[must_use]
        pub const fn new(file: &'static str, line: u32) -> Self {
            Self::at(Some((file, line)))
        }
    }

    sync::const_fn! {
        pub(super) const fn at(place: Option<(&'static str, u32)>) -> Self {
            Self {
                state: AtomicU8::new(NEW),
                place,
                known: OnceLock::new(),
                before: OnceLock::new(),
                ruled: RwLock::new(None),
                tally: Tally::new(),
            }
        }
    }

    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        self.state.load(Relaxed) == QUIET
    }

    /// What a call has to know that is not quiet, or the first.
    #[cold]
    #[inline(never)]
    pub(super) fn look_up(&'static self, known: impl FnOnce() -> Description) -> Ruling {
        if self.state.load(Relaxed) == NEW {
            registry::enter(self, known);
        }
        if registry::counts_calls() {
            self.tally.calls.fetch_add(1, Relaxed);
        }
        Ruling(self.ruled())
    }

    /// Takes over what its first call tells. `false` where another call was the first.
    pub(super) fn meet(
        &self,
        known: impl FnOnce() -> Description,
        before: Option<&'static Self>,
    ) -> bool {
        let mut is_first = false;
        self.known.get_or_init(|| {
            is_first = true;
            known()
        });
        if let (true, Some(before)) = (is_first, before) {
            self.before.get_or_init(|| before);
        }
        is_first
    }

    pub(super) fn before(&self) -> Option<&'static Self> {
        self.before.get().copied()
    }

    pub(super) fn known(&self) -> Option<&Description> {
        self.known.get()
    }

    pub(super) fn ruled(&self) -> Option<&'static Ruled> {
        *self.ruled.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    pub(super) fn place(&self) -> Option<(&'static str, u32)> {
        self.place
    }

    /// Works out what the rules say of it: for calls that start from now on.
    pub(super) fn resolve(&self, rules: &Rules, all_off: bool) {
        let Some(known) = self.known() else {
            return;
        };
        let saying = rules.of(&known.name);
        let new = known.ruled(&saying, all_off);
        *self.ruled.write().unwrap_or_else(PoisonError::into_inner) = new;
        let state = if new.is_some() || registry::counts_calls() {
            WATCHED
        } else {
            QUIET
        };
        self.state.store(state, Relaxed);
    }
}

/// Who switches a function off, if somebody does.
pub(super) enum Switch {
    On,
    /// A rule that names it.
    Off,
    /// A switch for all.
    AllOff,
}

impl Description {
    pub(super) fn switch(&self, saying: &Saying, all_off: bool) -> Switch {
        let is_default = match &saying.enabled {
            Some(Said { value, by }) if !by.is_default() => {
                return if *value { Switch::On } else { Switch::Off };
            }
            said => said.as_ref().is_some_and(|said| !said.value),
        };
        if !all_off && !is_default || self.is_constant && ruled::is_endless(&self.policy) {
            Switch::On
        } else {
            Switch::AllOff
        }
    }

    fn ruled(&self, saying: &Saying, all_off: bool) -> Option<&'static Ruled> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let budget = saying.budget.as_ref().filter(|_| self.own_budget.is_some());
        let budget = budget.and_then(|said| kept.budget(&said.value));
        let hedge = match saying.hedge.as_ref().map(|said| said.value.0) {
            None => RuledHedge::Kept,
            Some(None) => RuledHedge::Off,
            Some(Some(delay)) => RuledHedge::After(delay),
        };
        let with = |off, spared| Ruled {
            policy: self.is_constant.then(|| {
                let mut policy = self.policy;
                ruled::apply(&saying.policy, self.facts, &mut policy);
                policy
            }),
            off,
            hedge,
            budget,
            patch: saying.policy.clone(),
            spared,
        };
        let ruled = match self.switch(saying, all_off) {
            Switch::On => with(false, None),
            Switch::AllOff if !self.is_constant => {
                let (spared, _) = kept.ruled(with(false, None));
                with(true, Some(spared))
            }
            Switch::Off | Switch::AllOff => with(true, None),
        };
        if ruled.is_nothing() {
            return None;
        }
        let (ruled, is_new) = kept.ruled(ruled);
        if is_new {
            self.tell_impossible(saying);
        }
        Some(ruled)
    }
}

impl Name {
    /// The same with the entry that it has, or is given now: nobody looks it up again.
    pub(crate) fn found(self) -> Self {
        match self.entry() {
            Some(_) => self,
            None => self.looked_up(registry::found(self)),
        }
    }

    /// Whether the rules have switched its retries off.
    pub(crate) fn is_off(self) -> bool {
        let ruled = self.entry().and_then(Entry::ruled);
        ruled.is_some_and(|ruled| ruled.off)
    }

    /// What the rules say of a call that starts now.
    #[inline]
    pub(crate) fn ruling(
        self,
        facts: Facts,
        own_budget: Option<&'static Budget>,
        policy: &Policy,
        is_constant: bool,
    ) -> Ruling {
        match self.entry() {
            Some(entry) if entry.is_quiet() => Ruling::NONE,
            _ => self.look_up(facts, own_budget, policy, is_constant),
        }
    }

    #[cold]
    #[inline(never)]
    fn look_up(
        self,
        facts: Facts,
        own_budget: Option<&'static Budget>,
        policy: &Policy,
        is_constant: bool,
    ) -> Ruling {
        let known = || Description::new(self, facts, own_budget, policy, is_constant);
        let entry = self.entry().unwrap_or_else(|| registry::found(self));
        if entry.is_quiet() {
            return Ruling::NONE;
        }
        entry.look_up(known)
    }
}
