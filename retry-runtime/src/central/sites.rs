//! The list of retried functions.

use super::entry::{Description, Entry, Switch};
use super::registry;
use super::ruled;
use super::rules::{Rules, Saying};
use super::tally::REASONS;
use crate::budget::Budget;
use crate::engine::ruling::Facts;
use crate::policy::Policy;
use crate::policy::words::Draft;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A retried function, or another place that retries, and how it does: one line of
/// [`sites`].
///
/// ```
/// use retry_runtime::{central, retry};
/// use std::io;
///
/// #[retry(max = 2, backoff = none)]
/// fn connect() -> io::Result<()> {
///     Err(io::ErrorKind::TimedOut.into())
/// }
///
/// connect().unwrap_err();
/// let sites = central::sites();
/// let site = sites.iter().find(|site| site.name.ends_with("connect")).unwrap();
/// assert_eq!(site.policy.max(), 2);
/// assert_eq!((site.retries, site.endings["exhausted"]), (2, 1));
/// assert!(site.enabled && site.rules.is_empty());
/// assert!(site.budget.unwrap() < 10.0);
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SiteReport {
    /// What logs and metrics call it, and rules too. Of a function whose `name` is an
    /// expression, the path.
    pub name: String,
    /// The file of the attribute, or of the call of `run`.
    pub file: Option<&'static str>,
    /// The line in that file.
    pub line: Option<u32>,
    /// The policy of a call that starts now. Where each call has one of its own, that of
    /// the first call, under the rules.
    pub policy: Policy,
    /// Whether there are retries and hedges at all.
    pub enabled: bool,
    /// What comes from a rule; all else is the code's.
    pub rules: Vec<RuledKey>,
    /// What a rule that names the function asks for, and the code has not.
    pub not_possible: Vec<RuledKey>,
    /// What the budget has left, in tokens, where it is a static of the function or a
    /// rule's in place of that.
    pub budget: Option<f64>,
    /// The calls since [`count_calls`](super::count_calls).
    pub calls: Option<usize>,
    /// Retries that were decided, after a failure.
    pub retries: usize,
    /// Attempts that were started beside others.
    pub hedges: usize,
    /// Calls that succeeded after retries or hedges.
    pub recovered: usize,
    /// Calls that failed, by why they ended, in the words of
    /// [`Ended::as_str`](crate::Ended::as_str).
    pub endings: BTreeMap<&'static str, usize>,
    /// Those of them whose next attempt the circuit breaker, or whose retry the budget,
    /// turned away.
    pub rejections: usize,
}

/// A key of a function that a rule sets.
///
/// ```
/// use retry_runtime::{central, retry};
///
/// #[retry(name = "users.get")]
/// fn get() -> std::io::Result<()> {
///     Ok(())
/// }
///
/// central::install("['users.*']\npolicy = 'max = 1, timeout = 1s'".parse()?);
/// get()?;
/// let sites = central::sites();
/// let get = sites.iter().find(|site| site.name == "users.get").unwrap();
/// assert_eq!((get.rules[0].key, get.rules[0].by.as_str()), ("max", "users.*"));
/// // The function has no way to make an error of a time-out.
/// assert_eq!(get.not_possible[0].key, "timeout");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuledKey {
    /// `max`, say, `budget`, `hedge` or `enabled`.
    pub key: &'static str,
    /// What the rule says, in its own words.
    pub value: String,
    /// The pattern of the rule, or `RETRY_DISABLED`.
    pub by: String,
}

/// Every function that has been called since the start, in the order of the first calls:
/// annotated ones, `Policy::run` by the line that calls it or by its name, and the layers of
/// `retry-tower` by their names.
///
/// ```
/// use retry_runtime::{Policy, central};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// Policy::DEFAULT.run(|_| async { std::io::Result::Ok(()) }).name("users").await?;
/// let names: Vec<_> = central::sites().into_iter().map(|site| site.name).collect();
/// assert_eq!(names, ["users"]);
/// # Ok(()) }
/// ```
#[must_use]
pub fn sites() -> Vec<SiteReport> {
    let registry = registry::read();
    let entries = registry.entries();
    let mut sites: Vec<_> = entries
        .filter_map(|entry| Some(report(entry, entry.known()?, &registry.rules)))
        .collect();
    sites.reverse();
    sites
}

fn report(entry: &Entry, known: &Description, rules: &Rules) -> SiteReport {
    let saying = rules.of(&known.name);
    let asked = known.asked(&saying);
    let by_rule = |key: &&(RuledKey, bool)| key.1;
    let mut ruled_keys: Vec<_> = asked
        .iter()
        .filter(by_rule)
        .map(|it| it.0.clone())
        .collect();
    let switch = known.switch(&saying, registry::all_off());
    ruled_keys.extend(switched(&saying, &switch));
    let impossible = asked.into_iter().filter(|(key, possible)| {
        // The default is not meant for anybody in particular.
        !possible && key.by != "default"
    });
    let mut policy = known.policy;
    ruled::apply(&saying.policy, known.facts, &mut policy);
    let own_budget = known.own_budget;
    let budget = entry.ruled().and_then(|ruled| ruled.budget).or(own_budget);
    let tally = entry.tally();
    let get = |count: &AtomicUsize| count.load(Relaxed);
    let endings: BTreeMap<_, _> = REASONS
        .iter()
        .zip(&tally.endings)
        .map(|(reason, count)| (reason.as_str(), get(count)))
        .filter(|(_, count)| *count > 0)
        .collect();
    let turned_away = ["rejected", "budget"].iter();
    SiteReport {
        name: known.name.clone().into_owned(),
        file: entry.place().map(|(file, _)| file),
        line: entry.place().map(|(_, line)| line),
        policy,
        enabled: matches!(switch, Switch::On),
        rules: ruled_keys,
        not_possible: impossible.map(|(key, _)| key).collect(),
        budget: budget.map(Budget::level),
        calls: registry::counts_calls().then(|| get(&tally.calls)),
        retries: get(&tally.retries),
        hedges: get(&tally.hedges),
        recovered: get(&tally.recovered),
        rejections: turned_away.filter_map(|reason| endings.get(reason)).sum(),
        endings,
    }
}

impl Description {
    /// What rules ask of it, and whether the code has what they would change.
    fn asked(&self, saying: &Saying) -> Vec<(RuledKey, bool)> {
        let key = |key, value: String, by: &super::pattern::Pattern| RuledKey {
            key,
            value,
            by: by.to_string(),
        };
        let of_policy = saying.keys.iter().map(|said| {
            let value = word(&saying.policy, said.value);
            let possible = ruled::is_possible(said.value, self.facts, &self.policy);
            (key(said.value.name(), value, &said.by), possible)
        });
        let of_budget = saying.budget.iter().map(|said| {
            let possible = self.own_budget.is_some();
            (key("budget", said.value.to_string(), &said.by), possible)
        });
        let of_hedge = saying.hedge.iter().map(|said| {
            let possible = self.facts.has(Facts::HEDGE);
            (key("hedge", said.value.to_string(), &said.by), possible)
        });
        let mut asked: Vec<_> = of_policy.chain(of_budget).chain(of_hedge).collect();
        asked.sort_by_key(|(key, _)| key.key);
        asked
    }

    /// Logs once what a rule asks for that the code does not have.
    pub(super) fn tell_impossible(&self, saying: &Saying) {
        for (key, possible) in self.asked(saying) {
            if !possible && key.by != "default" {
                super::told::not_possible(&self.name, key.key, key.by.as_str());
            }
        }
    }
}

/// Who has switched it off, or on.
fn switched(saying: &Saying, switch: &Switch) -> Option<RuledKey> {
    let said = saying.enabled.as_ref();
    let by = match switch {
        Switch::On => said.filter(|said| said.value)?.by.to_string(),
        Switch::AllOff if registry::all_off() => super::DISABLED.to_owned(),
        Switch::Off | Switch::AllOff => said?.by.to_string(),
    };
    Some(RuledKey {
        key: "enabled",
        value: matches!(switch, Switch::On).to_string(),
        by,
    })
}

/// What a rule says of a key of the policy.
fn word(patch: &Draft, key: crate::policy::words::PolicyKey) -> String {
    patch.word(key).unwrap_or_else(|| "none".to_owned())
}
