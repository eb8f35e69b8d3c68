//! The words of a rule that are not a policy's: `"5%, reserve 10"` and `"50ms"`.

use crate::budget::Budget;
use retry_words::{DurationWords, parse_duration};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// The figures of a budget, each at most once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct BudgetWords {
    percent: Option<u32>,
    reserve: Option<u32>,
    per_second: Option<u16>,
    window: Option<Duration>,
}

/// How a budget is written.
const BUDGET: &str = "write a share, and what else is to be said, such as `5%, reserve 10, \
                      per_second 1, window 10s`";

impl BudgetWords {
    /// A budget of these figures, and of the defaults for the others.
    pub(super) fn budget(self) -> Result<Budget, String> {
        let refused = |error: retry_words::InvalidPolicy| error.to_string();
        let mut budget = match self.percent {
            Some(percent) => Budget::new(percent).map_err(refused)?,
            None => Budget::standard(),
        };
        if let Some(tokens) = self.reserve {
            budget = budget.reserve(tokens);
        }
        if let Some(tokens) = self.per_second {
            budget = budget.per_second(tokens);
        }
        match self.window {
            Some(window) => budget.window(window).map_err(refused),
            None => Ok(budget),
        }
    }

    fn read(&mut self, word: &str) -> Result<(), String> {
        let number = |text: &str| text.trim().replace('_', "").parse::<u32>().ok();
        let unknown = || format!("`{word}` is no word of a budget: {BUDGET}");
        let twice = if let Some(percent) = word.strip_suffix('%') {
            let percent = number(percent).ok_or_else(unknown)?;
            self.percent.replace(percent).is_some()
        } else {
            let (name, value) = word.split_once(' ').ok_or_else(unknown)?;
            match name {
                "reserve" => {
                    let tokens = number(value).ok_or_else(unknown)?;
                    self.reserve.replace(tokens).is_some()
                }
                "per_second" => {
                    let tokens = number(value).and_then(|tokens| tokens.try_into().ok());
                    self.per_second
                        .replace(tokens.ok_or_else(unknown)?)
                        .is_some()
                }
                "window" => {
                    let window = parse_duration(value.trim()).map_err(|error| error.to_string())?;
                    self.window.replace(window).is_some()
                }
                _ => return Err(unknown()),
            }
        };
        if twice {
            return Err(format!("`{word}` says again what was said: {BUDGET}"));
        }
        Ok(())
    }
}

impl TryFrom<String> for BudgetWords {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.trim() == "none" {
            return Err(
                "a rule does not make retries free: `budget` is a share, such as `5%, reserve \
                 10`; a function without a budget has `budget = none` in the code"
                    .to_owned(),
            );
        }
        let mut words = Self::default();
        for word in text.split(',') {
            words.read(word.trim())?;
        }
        // Its figures are in range, so that a function's budget can be made of them later.
        words.budget()?;
        Ok(words)
    }
}

impl fmt::Display for BudgetWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        words.extend(self.percent.map(|percent| format!("{percent}%")));
        words.extend(self.reserve.map(|tokens| format!("reserve {tokens}")));
        words.extend(self.per_second.map(|tokens| format!("per_second {tokens}")));
        let window = self.window.map(DurationWords);
        words.extend(window.map(|window| format!("window {window}")));
        f.write_str(&words.join(", "))
    }
}

impl From<BudgetWords> for String {
    fn from(words: BudgetWords) -> Self {
        words.to_string()
    }
}

/// When to hedge: after a delay, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct HedgeWords(pub(super) Option<Duration>);

impl TryFrom<String> for HedgeWords {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.trim() {
            "none" => Ok(Self(None)),
            delay => match parse_duration(delay) {
                Ok(delay) => Ok(Self(Some(delay))),
                Err(error) => Err(format!("`hedge` is a delay, or `none`: {error}")),
            },
        }
    }
}

impl fmt::Display for HedgeWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(delay) => DurationWords(delay).fmt(f),
            None => f.write_str("none"),
        }
    }
}

impl From<HedgeWords> for String {
    fn from(words: HedgeWords) -> Self {
        words.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{BudgetWords, HedgeWords};

    #[test]
    fn a_budget_is_printed_as_it_is_read() {
        for text in [
            "5%, reserve 10",
            "20%",
            "reserve 0, per_second 2, window 30s",
        ] {
            let words = BudgetWords::try_from(text.to_owned()).unwrap();
            assert_eq!(words.to_string(), text);
        }
        let budget = BudgetWords::try_from("5%, reserve 7".to_owned()).unwrap();
        assert!((budget.budget().unwrap().level() - 7.0).abs() < 1e-9);
    }

    #[test]
    fn what_makes_no_budget_is_told() {
        for (text, expected) in [
            ("none", "does not make retries free"),
            ("5", "`5` is no word of a budget"),
            ("0%", "0%"),
            ("5%, 6%", "says again"),
            ("reserve many", "`reserve many`"),
            ("window 10", "unit"),
            ("", "`` is no word"),
        ] {
            let error = BudgetWords::try_from(text.to_owned()).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let error = HedgeWords::try_from("soon".to_owned()).unwrap_err();
        assert!(error.contains("`hedge` is a delay, or `none`"), "{error}");
    }
}
