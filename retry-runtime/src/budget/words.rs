//! A budget in words: `15%, reserve 10`.

use super::Budget;
use retry_words::{InvalidPolicy, parse_duration};
use std::str::FromStr;

/// Reads the figures of a budget, in any order: `15%, reserve 10, per_second 0, window 10s`.
/// What is left out is the default.
///
/// `none` is not among them: it says that there is no budget.
///
/// # Errors
///
/// [`InvalidPolicy`] for a share that is not in 1 % to 100 %, a word that is unknown or is
/// given twice, and a number or a duration that cannot be read. The message says what to write.
///
/// ```
/// use retry_runtime::Budget;
///
/// let budget: Budget = "5%, reserve 20".parse()?;
/// assert_eq!(budget.level(), 20.0);
///
/// let error = "20".parse::<Budget>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`20` is not a share of the successes: write a whole one from `1%` to `100%`, \
///      as in `15%, reserve 10`"
/// );
/// # Ok::<(), retry_runtime::InvalidPolicy>(())
/// ```
impl FromStr for Budget {
    type Err = InvalidPolicy;

    fn from_str(text: &str) -> Result<Self, InvalidPolicy> {
        let text = text.trim();
        let mut budget = Self::standard();
        let mut seen = [false; 4];
        for part in text.strip_suffix(',').unwrap_or(text).split(',') {
            let part = part.trim();
            let (name, value) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
            let value = value.trim();
            let (place, next) = match name {
                "reserve" => (0, budget.reserve(count("reserve", value)?)),
                "per_second" => (1, budget.per_second(count("per_second", value)?)),
                "window" => (2, budget.window(parse_duration(value)?)?),
                name if name.starts_with(char::is_alphabetic) => {
                    return Err(InvalidPolicy::budget_word(part));
                }
                _ => (3, budget.percent(share(part)?)?),
            };
            if std::mem::replace(&mut seen[place], true) {
                return Err(InvalidPolicy::budget_word(part));
            }
            budget = next;
        }
        Ok(budget)
    }
}

/// `15%`
fn share(text: &str) -> Result<u32, InvalidPolicy> {
    text.strip_suffix('%')
        .and_then(|number| digits(number.trim_end()))
        .ok_or_else(|| InvalidPolicy::budget_share(text))
}

fn count<N: FromStr>(name: &'static str, text: &str) -> Result<N, InvalidPolicy> {
    digits(text).ok_or_else(|| InvalidPolicy::budget_count(name, text))
}

/// `10`, `1_000`; without a sign, which `parse` would take.
fn digits<N: FromStr>(text: &str) -> Option<N> {
    text.starts_with(|first: char| first.is_ascii_digit())
        .then(|| text.replace('_', "").parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(text: &str) -> Result<f64, String> {
        let budget: Result<Budget, _> = text.parse();
        budget
            .map(|budget| budget.level())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn figures_that_are_left_out_are_the_defaults() {
        assert_eq!(level("15%"), Ok(10.0));
        assert_eq!(level(" 15 % , reserve 7 , "), Ok(7.0));
        assert_eq!(level("100%, window 1m, per_second 3, reserve 0"), Ok(0.0));
        assert_eq!(level("reserve 1_000"), Ok(1000.0));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_the_mend() {
        for (text, mend) in [
            ("", "write a whole one from `1%`"),
            ("none", "what differs of"),
            ("+5%", "write a whole one from `1%`"),
            ("0%", "write 1% to 100%"),
            ("101%", "write 1% to 100%"),
            ("5%, reserve", "`reserve 10`"),
            ("5%, reserve -1", "`reserve 10`"),
            ("5%, per_second 70000", "`per_second 10`"),
            ("5%, window 0s", "write a longer one"),
            ("5%, window 10", "`10s`"),
            ("5%, reserve 1, reserve 2", "each once"),
            ("5%, 6%", "each once"),
            ("5%,, reserve 1", "write a whole one from `1%`"),
            ("5%, tokens 1", "what differs of"),
        ] {
            let error = level(text).unwrap_err();
            assert!(error.contains(mend), "{text}: {error}");
        }
    }
}
