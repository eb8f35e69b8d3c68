//! All functions that have been called, and the rules in force: one for each version of
//! this crate in a program.

use super::entry::{Description, Entry};
use super::rules::Rules;
use crate::observe::subject::Name;
use crate::sync::{self, AtomicBool, RwLock};
use std::borrow::Cow;
use std::collections::HashMap;
use std::env;
use std::iter;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{LazyLock, PoisonError};

pub(super) struct Registry {
    pub(super) rules: Rules,
    /// The head of a linked list: the function whose first call was the latest. A list of
    /// statics, so that a first call allocates nothing.
    newest: Option<&'static Entry>,
    /// The entries of functions and closures without a static of their own.
    others: HashMap<OtherName, &'static Entry>,
}

/// What identifies an entry without a static of its own: the name that it was given, or
/// the line that calls it.
#[derive(PartialEq, Eq, Hash)]
enum OtherName {
    Given(Cow<'static, str>),
    Line(&'static str, u32),
}

sync::lazy! {
    static REGISTRY: RwLock<Registry> = RwLock::new(Registry {
        rules: Rules::default(),
        newest: None,
        others: HashMap::new(),
    });
}

sync::lazy! {
    static COUNTS_CALLS: AtomicBool = AtomicBool::new(false);
}

/// `RETRY_DISABLED=1` in the environment of the process, as it was at its first call.
static DISABLED: LazyLock<bool> =
    LazyLock::new(|| env::var_os(super::DISABLED).is_some_and(|value| value == "1"));

pub(super) fn read() -> impl Deref<Target = Registry> {
    REGISTRY.read().unwrap_or_else(PoisonError::into_inner)
}

fn write() -> impl DerefMut<Target = Registry> {
    REGISTRY.write().unwrap_or_else(PoisonError::into_inner)
}

/// Whether all retries were switched off at the start.
pub(super) fn all_off() -> bool {
    *DISABLED
}

pub(super) fn counts_calls() -> bool {
    COUNTS_CALLS.load(Relaxed)
}

/// Counts calls from now on.
pub(super) fn count_calls() {
    COUNTS_CALLS.store(true, Relaxed);
    write().resolve();
}

/// Puts `rules` in the place of those before.
pub(super) fn install(rules: Rules) {
    let mut registry = write();
    registry.rules = rules;
    registry.resolve();
}

impl Registry {
    /// All entries, the latest first call first.
    pub(super) fn entries(&self) -> impl Iterator<Item = &'static Entry> + use<> {
        iter::successors(self.newest, |entry| entry.before())
    }

    fn resolve(&self) {
        for entry in self.entries() {
            entry.resolve(&self.rules, all_off());
        }
    }
}

/// The first call of a function.
pub(super) fn enter(entry: &'static Entry, known: impl FnOnce() -> Description) {
    let mut registry = write();
    if entry.meet(known, registry.newest) {
        entry.resolve(&registry.rules, all_off());
        registry.newest = Some(entry);
    }
}

/// The entry of a function that has been called.
pub(super) fn entry_of(name: Name) -> Option<&'static Entry> {
    name.entry().or_else(|| read().other(name))
}

/// The entry of a function without a static of its own, which is made at its first call.
pub(super) fn found(name: Name) -> &'static Entry {
    let old = read().other(name);
    old.unwrap_or_else(|| write().make(name))
}

impl Registry {
    fn other(&self, name: Name) -> Option<&'static Entry> {
        self.others.get(&OtherName::of(name)).copied()
    }

    fn make(&mut self, name: Name) -> &'static Entry {
        let place = name.call_line().map(|line| (line.file(), line.line()));
        let other = self.others.entry(OtherName::of(name));
        other.or_insert_with(|| Box::leak(Box::new(Entry::at(place))))
    }
}

impl OtherName {
    fn of(name: Name) -> Self {
        match name.call_line() {
            Some(line) => Self::Line(line.file(), line.line()),
            None => Self::Given(name.find()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{entry_of, found};
    use crate::observe::subject::Name;
    use std::ptr;

    #[test]
    fn who_has_no_static_is_found_again_by_its_name() {
        let name = Name::written("found again by its name");
        assert!(entry_of(name).is_none());
        let entry = found(name);
        assert!(entry_of(name).is_some_and(|again| ptr::eq(again, entry)));
        assert!(ptr::eq(found(name), entry));
        assert!(entry_of(Name::written("found again by another")).is_none());
    }
}
