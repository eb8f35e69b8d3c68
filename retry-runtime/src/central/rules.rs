//! The rules: what each says, and what they say together of one function.

use super::pattern::Pattern;
use super::words::{BudgetWords, HedgeWords};
use crate::policy::words::Draft;
use serde::de::{self, Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Rules for retried functions, by the names of these: read from TOML
/// ([`FromStr`]), or from any other format through `serde`.
///
/// A table a pattern: the full name of a function, or a prefix that ends in `*`. Its keys
/// are `policy` (the attribute's own words, or a map of them), `budget`, `hedge` and
/// `enabled`. `[default]` is for what no other pattern names.
///
/// # Errors
///
/// An unknown key, a word that cannot be read, limits of one rule that do not fit one
/// another: nothing of such a text is taken, and the message says where it is wrong and
/// what to write instead.
///
/// ```
/// use retry_runtime::central::Rules;
///
/// let rules: Rules = r#"
///     [default]
///     policy = "max = 2, timeout = 3s"
///     ["app::orders::*"]
///     policy = "deadline = 5s"
///     budget = "5%, reserve 10"
///     ["app::users::Users::get"]
///     enabled = false
/// "#.parse()?;
///
/// let error = "[default]\npolicy = 'max = many'".parse::<Rules>().unwrap_err();
/// assert!(error.to_string().contains("line 2"));
/// # drop(rules);
/// # Ok::<(), retry_runtime::central::InvalidRules>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The most specific first.
    rules: Vec<(Pattern, Rule)>,
}

#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default, deserialize_with = "patch")]
    policy: Option<Draft>,
    budget: Option<BudgetWords>,
    hedge: Option<HedgeWords>,
    enabled: Option<bool>,
}

/// The keys of a policy that are written, which have to fit one another.
fn patch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Draft>, D::Error> {
    let draft = Draft::deserialize(deserializer)?;
    draft.patch().map(Some).map_err(de::Error::custom)
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tables = BTreeMap::<Pattern, Rule>::deserialize(deserializer)?;
        let mut rules: Vec<_> = tables.into_iter().collect();
        rules.sort_by_key(|(pattern, _)| pattern.rank());
        Ok(Self { rules })
    }
}

impl FromStr for Rules {
    type Err = InvalidRules;

    fn from_str(text: &str) -> Result<Self, InvalidRules> {
        toml::from_str(text).map_err(|error| InvalidRules(error.to_string()))
    }
}

/// What is said of a key, and by whom.
#[derive(Clone, Debug)]
pub(super) struct Said<T> {
    pub(super) value: T,
    pub(super) by: Pattern,
}

/// What the rules say of one function.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    pub(super) policy: Draft,
    /// By whom, for each key of it.
    pub(super) keys: Vec<Said<crate::policy::words::PolicyKey>>,
    pub(super) budget: Option<Said<BudgetWords>>,
    pub(super) hedge: Option<Said<HedgeWords>>,
    pub(super) enabled: Option<Said<bool>>,
}

impl Rules {
    /// What they say of the function of this name, key by key.
    pub(super) fn of(&self, name: &str) -> Saying {
        let mut saying = Saying {
            policy: Draft::NEW,
            keys: Vec::new(),
            budget: None,
            hedge: None,
            enabled: None,
        };
        for (pattern, rule) in &self.rules {
            if !pattern.matches(name) {
                continue;
            }
            let by = || pattern.clone();
            if let Some(policy) = &rule.policy {
                for key in policy.keys() {
                    if saying.keys.iter().all(|said| said.value != key) {
                        saying.policy.take(key, policy);
                        saying.keys.push(Said {
                            value: key,
                            by: by(),
                        });
                    }
                }
            }
            fill(&mut saying.budget, rule.budget.clone(), by);
            fill(&mut saying.hedge, rule.hedge, by);
            fill(&mut saying.enabled, rule.enabled, by);
        }
        saying
    }
}

fn fill<T>(said: &mut Option<Said<T>>, value: Option<T>, by: impl Fn() -> Pattern) {
    if let (None, Some(value)) = (&said, value) {
        *said = Some(Said { value, by: by() });
    }
}

/// Rules that cannot be read: it prints the line and what to write instead.
///
/// ```
/// use retry_runtime::central::Rules;
///
/// let error = "['app::*']\nretries = 3".parse::<Rules>().unwrap_err();
/// assert!(error.to_string().contains("unknown field `retries`"));
/// ```
#[derive(Clone, Debug)]
pub struct InvalidRules(String);

impl InvalidRules {
    pub(super) fn of_file(path: &std::path::Path, cause: impl fmt::Display) -> Self {
        Self(format!("{}: {cause}", path.display()))
    }
}

impl fmt::Display for InvalidRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl std::error::Error for InvalidRules {}

#[cfg(test)]
mod tests {
    use super::Rules;

    fn rules(text: &str) -> Rules {
        text.parse().unwrap()
    }

    #[test]
    fn the_longer_pattern_wins_key_by_key() {
        let rules = rules(
            "[default]\npolicy = 'max = 1, timeout = 3s'\nbudget = '5%'\nenabled = false\n\
             ['app::*']\npolicy = 'max = 2, deadline = 9s'\n\
             ['app::get']\npolicy = { max = 5 }\nenabled = true",
        );
        let said = rules.of("app::get");
        let mut keys: Vec<_> = said
            .keys
            .iter()
            .map(|said| (said.value.name(), said.by.to_string()))
            .collect();
        keys.sort();
        let by = |key, by: &str| (key, by.to_owned());
        assert_eq!(
            keys,
            [
                by("deadline", "app::*"),
                by("max", "app::get"),
                by("timeout", "default")
            ]
        );
        assert!(said.enabled.is_some_and(|said| said.value));
        assert!(said.budget.is_some_and(|said| said.by.is_default()));
        assert_eq!(rules.of("other").keys.len(), 2);
    }

    #[test]
    fn what_is_null_is_left_out() {
        let json = r#"{ "default": { "policy": { "max": null, "timeout": null, "jitter": 1 } } }"#;
        let rules: Rules = serde_json::from_str(json).unwrap();
        let keys = rules.of("any").keys;
        let names: Vec<_> = keys.iter().map(|said| said.value.name()).collect();
        assert_eq!(names, ["jitter"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, expected) in [
            ("[default]\nretries = 1", "unknown field `retries`"),
            (
                "[default]\npolicy = 'retries = 1'",
                "`retries` is not a key",
            ),
            ("[default]\npolicy = 'timeout = 10'", "has no unit"),
            (
                "[default]\npolicy = 'timeout = 9s, deadline = 1s'",
                "deadline",
            ),
            ("[default]\nbudget = 'none'", "does not make retries free"),
            ("[default]\nenabled = 'no'", "boolean"),
            ("[default]\nhedge = 'soon'", "`hedge` is a delay"),
            ("['a*b']\nenabled = true", "`a*b`"),
            ("[default\nenabled = true", "line 1"),
        ] {
            let error = text.parse::<Rules>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text:?} gave {error}");
            assert!(error.contains("line "), "{text:?} gave {error}");
        }
    }
}
