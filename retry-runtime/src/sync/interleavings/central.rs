//! The central rules under every interleaving of those who call and those who install.
#![allow(clippy::float_cmp, reason = "the figures compared are exact by design")]

use crate::budget::Budget;
use crate::central::entry::Entry;
use crate::central::{self, Rules};
use crate::engine::ruling::{Facts, RuledHedge, Ruling};
use crate::observe::subject::Name;
use crate::policy::Policy;
use crate::time::clock::Instant;
use loom::thread::{self, JoinHandle};
use std::time::Duration;

/// Rules whose figures are all the same, so that those of two sets are told apart.
fn rules(figure: u32) -> Rules {
    let words = format!(
        "[default]\npolicy = 'max = {figure}'\nhedge = '{figure}ms'\nbudget = 'reserve {figure}'"
    );
    words.parse().unwrap()
}

fn installs(rules: Rules) -> JoinHandle<()> {
    thread::spawn(move || central::install(rules))
}

/// A function with all that a rule can change.
#[derive(Clone, Copy)]
struct Function {
    name: Name,
    own: &'static Budget,
}

impl Function {
    fn new(name: &'static str) -> Self {
        let entry: &'static Entry = Box::leak(Box::new(Entry::new(name, 1)));
        Self {
            name: Name::written(name).looked_up(entry),
            own: Box::leak(Box::new(Budget::standard())),
        }
    }

    /// What a call that starts now is made under.
    fn ruling(self) -> Ruling {
        let facts = Facts(Facts::of_run(true, true) | Facts::HEDGE);
        self.name
            .ruling(facts, Some(self.own), &Policy::DEFAULT, true)
    }

    /// The figures of the rules of a call, 0 without any. They are of one set.
    fn figure(self) -> u32 {
        let ruling = self.ruling();
        let Some(ruled) = ruling.0 else {
            return 0;
        };
        let figure = ruled.policy.unwrap().max();
        let millis = Duration::from_millis(figure.into());
        assert_eq!(ruling.hedging(), RuledHedge::After(millis));
        let reserve = ruling.budget(self.own).level_at(Instant::now());
        assert_eq!(reserve, f64::from(figure));
        figure
    }
}

#[test]
fn a_call_has_the_old_rules_or_the_new_ones() {
    loom::model(|| {
        central::install(rules(1));
        let get = Function::new("get");
        assert_eq!(get.figure(), 1);
        let installs = installs(rules(2));
        let (first, second) = (get.figure(), get.figure());
        assert!(1 <= first && first <= second && second <= 2);
        installs.join().unwrap();
        assert_eq!(get.figure(), 2);
    });
}

#[test]
fn rules_that_are_lifted_are_lifted_as_a_whole() {
    loom::model(|| {
        central::install(rules(1));
        let get = Function::new("get");
        assert_eq!(get.figure(), 1);
        let installs = installs(Rules::default());
        let (first, second) = (get.figure(), get.figure());
        assert!(1 >= first && first >= second);
        installs.join().unwrap();
        assert_eq!(get.figure(), 0);
    });
}

#[test]
fn a_first_call_meets_new_rules() {
    loom::model(|| {
        let get = Function::new("get");
        let installs = installs(rules(1));
        assert!(get.figure() <= 1);
        installs.join().unwrap();
        assert_eq!(get.figure(), 1);
    });
}

#[test]
fn each_function_is_listed_once_whoever_calls_it_first() {
    loom::model(|| {
        let (get, put) = (Function::new("get"), Function::new("put"));
        let other = thread::spawn(move || get.figure() + put.figure());
        assert_eq!(put.figure() + get.figure(), 0);
        assert_eq!(other.join().unwrap(), 0);
        let names = central::sites().into_iter().map(|site| site.name);
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(names, ["get", "put"]);
    });
}

#[test]
fn of_two_who_install_the_last_one_rules_all() {
    loom::model(|| {
        let (get, put) = (Function::new("get"), Function::new("put"));
        assert_eq!((get.figure(), put.figure()), (0, 0));
        let installs = installs(rules(1));
        central::install(rules(2));
        installs.join().unwrap();
        let figure = get.figure();
        assert!((1..=2).contains(&figure));
        assert_eq!(put.figure(), figure);
    });
}

#[test]
fn a_budget_of_the_same_words_goes_on_as_it_stands() {
    let now = Instant::now();
    loom::model(move || {
        let same: Rules = "['get']\nbudget = 'reserve 1'".parse().unwrap();
        central::install(rules(1));
        let get = Function::new("get");
        assert_eq!(get.figure(), 1);
        let spends = move || get.ruling().budget(get.own).try_retry_at(now, 0);
        let other = thread::spawn(spends);
        central::install(same.clone());
        let mine = spends();
        assert!(mine ^ other.join().unwrap(), "there was one token");
        central::install(Rules::default());
        assert!(spends(), "its own is another one");
        central::install(same.clone());
        assert!(!spends(), "nothing has come back");
    });
}

#[test]
fn calls_are_counted_from_when_somebody_asks() {
    loom::model(|| {
        let get = Function::new("get");
        let asks = thread::spawn(central::count_calls);
        assert_eq!(get.figure(), 0);
        asks.join().unwrap();
        let calls = || central::sites()[0].calls.unwrap();
        let before = calls();
        assert!(before <= 1);
        assert_eq!(get.figure(), 0);
        assert_eq!(calls(), before + 1);
    });
}
