//! A budget in words: `15%, reserve 10`.

use super::Budget;
use retry_words::{InvalidPolicy, parse_duration};
use std::str::FromStr;

/// Reads a share of the successes, and after it, in any order, the other figures where they
/// differ from the default: `15%, reserve 10, per_second 0, window 10s`.
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
///     "`20` is not a share of the successes: write a whole one from `1%` to `100%` first, \
///      as in `15%, reserve 10`"
/// );
/// # Ok::<(), retry_runtime::InvalidPolicy>(())
/// ```
impl FromStr for Budget {
    type Err = InvalidPolicy;

    fn from_str(text: &str) -> Result<Self, InvalidPolicy> {
        let text = text.trim();
        let mut parts = text
            .strip_suffix(',')
            .unwrap_or(text)
            .split(',')
            .map(str::trim);
        let mut budget = share(parts.next().unwrap_or_default())?;
        let mut seen = [false; 3];
        for part in parts {
            let (name, value) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
            let value = value.trim();
            let place = match name {
                "reserve" => {
                    budget = budget.reserve(count("reserve", value)?);
                    0
                }
                "per_second" => {
                    budget = budget.per_second(count("per_second", value)?);
                    1
                }
                "window" => {
                    budget = budget.window(parse_duration(value)?)?;
                    2
                }
                _ => return Err(InvalidPolicy::budget_word(part)),
            };
            if std::mem::replace(&mut seen[place], true) {
                return Err(InvalidPolicy::budget_word(part));
            }
        }
        Ok(budget)
    }
}

/// `15%`
fn share(text: &str) -> Result<Budget, InvalidPolicy> {
    let percent = text
        .strip_suffix('%')
        .map(|number| digits(number.trim_end()));
    match percent {
        Some(Some(percent)) => Budget::new(percent),
        _ => Err(InvalidPolicy::budget_share(text)),
    }
}

fn count<N: FromStr>(name: &'static str, text: &str) -> Result<N, InvalidPolicy> {
    digits(text).ok_or_else(|| InvalidPolicy::budget_count(name, text))
}

/// A number without a sign, which `parse` would take.
fn digits<N: FromStr>(text: &str) -> Option<N> {
    text.starts_with(|first: char| first.is_ascii_digit())
        .then(|| text.parse().ok())
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
    }

    #[test]
    fn what_cannot_be_read_is_told_with_the_mend() {
        for (text, mend) in [
            ("", "write a whole one from `1%`"),
            ("none", "write a whole one from `1%`"),
            ("+5%", "write a whole one from `1%`"),
            ("0%", "write 1% to 100%"),
            ("101%", "write 1% to 100%"),
            ("5%, reserve", "`reserve 10`"),
            ("5%, reserve -1", "`reserve 10`"),
            ("5%, per_second 70000", "`per_second 10`"),
            ("5%, window 0s", "write a longer one"),
            ("5%, window 10", "`10s`"),
            ("5%, reserve 1, reserve 2", "each once"),
            ("5%,, reserve 1", "what differs of"),
            ("5%, tokens 1", "what differs of"),
        ] {
            let error = level(text).unwrap_err();
            assert!(error.contains(mend), "{text}: {error}");
        }
    }
}
