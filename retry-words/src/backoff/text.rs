//! Backoffs read from words, and printed as words.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::duration::print::DurationWords;
use crate::invalid::InvalidPolicy;
use crate::invalid::backoff::BackoffFault;
use crate::quoted::Quoted;

use super::kinds::{FORMS, KINDS};
use super::{Backoff, Rule};

impl Backoff {
    /// Reads a backoff from its kind and its arguments, each as written.
    /// White space around them is ignored.
    ///
    /// # Errors
    /// [`InvalidPolicy`] for an unknown kind, a wrong number of arguments, an argument that
    /// cannot be read, or what the kind's own constructor refuses.
    /// [`InvalidPolicy::argument`] says which argument is at fault.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// let backoff = Backoff::from_words("fixed", &["50ms"])?;
    /// assert_eq!(Ok(backoff), Backoff::fixed(Duration::from_millis(50)));
    ///
    /// let error = Backoff::from_words("exp", &["100ms", "1s"]).unwrap_err();
    /// assert_eq!(error.to_string(), "2 arguments given: write `exp(first, factor, cap)`");
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    #[doc(hidden)]
    pub fn from_words(kind: &str, arguments: &[&str]) -> Result<Self, InvalidPolicy> {
        let name = kind.trim();
        let Some(kind) = KINDS.iter().find(|kind| kind.name() == name) else {
            return Err(InvalidPolicy::backoff(BackoffFault::UnknownKind {
                name: Quoted::new(name),
                forms: FORMS,
            }));
        };
        kind.read(arguments)
    }
}

/// Reads the attribute's own words, such as `exp(100ms, 1.5, 1s)`; a comma may stand after the
/// last argument.
///
/// ```
/// use retry_runtime::Backoff;
///
/// assert_eq!(" none ".parse(), Ok(Backoff::none()));
/// assert_eq!("exp( 100ms,1.5 , 1s )".parse(), Ok(Backoff::DEFAULT));
/// ```
impl FromStr for Backoff {
    type Err = InvalidPolicy;

    fn from_str(text: &str) -> Result<Self, InvalidPolicy> {
        let text = text.trim();
        let Some((kind, rest)) = text.split_once('(') else {
            return Self::from_words(text, &[]);
        };
        let Some(inner) = rest
            .strip_suffix(')')
            .filter(|inner| !inner.contains(['(', ')']))
        else {
            let fault = BackoffFault::Unclosed(Quoted::new(text));
            return Err(InvalidPolicy::backoff(fault));
        };
        let inner = inner.trim();
        let inner = inner.strip_suffix(',').unwrap_or(inner);
        let arguments: Vec<&str> = match inner {
            "" => Vec::new(),
            inner => inner.split(',').collect(),
        };
        Self::from_words(kind, &arguments)
    }
}

/// Prints what [`FromStr`] reads, exactly: parsing it gives an equal backoff.
///
/// ```
/// assert_eq!(retry_runtime::Backoff::DEFAULT.to_string(), "exp(100ms, 1.5, 1s)");
/// ```
impl fmt::Display for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, arguments) = self.parts();
        let (Some(first), rest) = (arguments.first(), arguments.get(1..).unwrap_or_default())
        else {
            return f.write_str(kind);
        };
        write!(f, "{kind}({first}")?;
        for argument in rest {
            write!(f, ", {argument}")?;
        }
        f.write_str(")")
    }
}

/// An argument of a backoff, as [`Backoff::parts`] gives it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Argument {
    /// A delay, a step or a cap.
    Duration(Duration),
    /// What each delay is multiplied by.
    Factor(f64),
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(duration) => DurationWords(*duration).fmt(f),
            Self::Factor(factor) => factor.fmt(f),
        }
    }
}

impl Backoff {
    /// The constructor's name and the arguments it was given.
    ///
    /// ```
    /// assert_eq!(retry_runtime::Backoff::none().parts(), ("none", vec![]));
    /// ```
    #[must_use]
    #[doc(hidden)]
    pub fn parts(&self) -> (&'static str, Vec<Argument>) {
        use Argument::{Duration as D, Factor};
        match self.rule() {
            Rule::None => ("none", vec![]),
            Rule::Fixed(delay) => ("fixed", vec![D(delay)]),
            Rule::Linear { first, step, cap } => ("linear", vec![D(first), D(step), D(cap)]),
            Rule::Exp { first, factor, cap } => ("exp", vec![D(first), Factor(factor), D(cap)]),
            Rule::Fib { first, cap } => ("fib", vec![D(first), D(cap)]),
            Rule::Random { low, high } => ("random", vec![D(low), D(high)]),
            Rule::Decorrelated { first, cap } => ("decorrelated", vec![D(first), D(cap)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> InvalidPolicy {
        text.parse::<Backoff>().unwrap_err()
    }

    #[test]
    fn reads_and_prints_every_kind() {
        let texts = [
            "none",
            "fixed(50ms)",
            "linear(100ms, 50ms, 1s)",
            "exp(100ms, 2, 1s)",
            "fib(100ms, 1m)",
            "random(10ms, 337.5ms)",
            "decorrelated(100ms, 20s)",
        ];
        assert_eq!(texts.len(), KINDS.len());
        for (text, kind) in texts.iter().zip(KINDS) {
            let backoff: Backoff = text.parse().unwrap();
            assert_eq!(backoff.to_string(), *text);
            assert!(text.starts_with(kind.name()));
        }
    }

    #[test]
    fn is_tolerant_of_white_space_and_a_last_comma() {
        let spaced = "\n exp ( 100ms ,\t1.50, 1_000ms, ) ";
        assert_eq!(spaced.parse(), Ok(Backoff::DEFAULT));
        assert_eq!("none()".parse(), Ok(Backoff::none()));
    }

    #[test]
    fn an_unknown_kind_lists_the_kinds() {
        assert_eq!(
            error("exponential(1s)").to_string(),
            "`exponential` is not a backoff: write one of none, fixed(delay), \
             linear(first, step, cap), exp(first, factor, cap), fib(first, cap), \
             random(low, high), decorrelated(first, cap)"
        );
    }

    #[test]
    fn a_wrong_count_shows_the_form() {
        for (text, told) in [
            ("fixed", "0 arguments given: write `fixed(delay)`"),
            ("none(1s)", "1 argument given: write `none`"),
            (
                "fib(1s, 2s, 3s)",
                "3 arguments given: write `fib(first, cap)`",
            ),
        ] {
            assert_eq!(error(text).to_string(), told);
            assert_eq!(error(text).argument(), None);
        }
    }

    #[test]
    fn a_bad_argument_is_pointed_at() {
        for (text, argument, told) in [
            ("fixed(50)", 0, "write `50ms`"),
            ("fixed(0s)", 0, "`none`"),
            ("exp(100ms, fast, 1s)", 1, "such as `1.5`"),
            ("exp(100ms, inf, 1s)", 1, "not finite"),
            ("exp(100ms, 0.9, 1s)", 1, "at least 1"),
            ("exp(100ms, 2, 50ms)", 2, "at least 100ms"),
            ("exp(100ms, 2,,)", 2, "a duration is missing"),
            ("linear(1s, 0s, 5s)", 1, "`fixed(delay)`"),
            ("random(2s, 1s)", 1, "`random(1s, 2s)`"),
            ("random(0s, 1s)", 0, "`fixed(1s)` with the jitter `full`"),
        ] {
            assert_eq!(error(text).argument(), Some(argument), "{text}");
            let message = error(text).to_string();
            assert!(message.contains(told), "{text}: {message}");
        }
    }

    #[test]
    fn parentheses_must_match() {
        for text in ["exp(1s", "exp(1s))", "exp((1s)", "exp(1s) x", "("] {
            assert!(error(text).to_string().contains("closing `)`"), "{text}");
        }
        assert!(error("").to_string().contains("one of none"));
    }
}
