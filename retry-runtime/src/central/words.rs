//! The words of a rule that are not a policy's: `"5%, reserve 10"` and `"50ms"`.

use crate::budget::Budget;
use retry_words::{DurationWords, InvalidPolicy, parse_duration};
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// What a budget is read from: words that make one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct BudgetWords(String);

impl BudgetWords {
    /// A budget of these figures, and of the defaults for the others.
    pub(super) fn budget(&self) -> Result<Budget, InvalidPolicy> {
        self.0.parse()
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
        let words = Self(text);
        // So that a function's budget can be made of them later.
        words.budget().map_err(|error| error.to_string())?;
        Ok(words)
    }
}

impl fmt::Display for BudgetWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// When to hedge: after a delay, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
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
    fn a_hedge_is_printed_as_it_is_read() {
        for text in ["50ms", "none"] {
            let words = HedgeWords::try_from(text.to_owned()).unwrap();
            assert_eq!(words.to_string(), text);
        }
    }

    #[test]
    fn what_makes_no_budget_is_told() {
        for (text, expected) in [
            ("none", "does not make retries free"),
            ("5", "write a whole one from `1%`"),
            ("5%, 6%", "each once"),
        ] {
            let error = BudgetWords::try_from(text.to_owned()).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let error = HedgeWords::try_from("soon".to_owned()).unwrap_err();
        assert!(error.contains("`hedge` is a delay, or `none`"), "{error}");
    }
}
