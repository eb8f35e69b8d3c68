//! The kinds of backoff: the one list that parser, printer and messages come from.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::backoff::{Backoff, Shape};
use crate::duration::{DurationWords, parse_duration};
use crate::invalid::{FormFault, InvalidPolicy};
use crate::word::Word;

/// One way of writing a backoff.
///
/// ```
/// use retry_words::KINDS;
///
/// let exp = KINDS.iter().find(|kind| kind.name() == "exp").unwrap();
/// assert_eq!(exp.form(), "exp(first, factor, cap)");
/// assert_eq!(exp.arity(), 3);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    form: &'static str,
    read: fn(Arguments<'_>) -> Result<Backoff, InvalidPolicy>,
}

/// Every kind of backoff, in the order in which messages list them.
///
/// ```
/// let names: Vec<_> = retry_words::KINDS.iter().map(|kind| kind.name()).collect();
/// assert_eq!(names.join(" "), "none fixed linear exp fib random decorrelated");
/// ```
pub const KINDS: &[Kind] = &[
    Kind {
        form: "none",
        read: |_| Ok(Backoff::none()),
    },
    Kind {
        form: "fixed(delay)",
        read: |of| Backoff::fixed(of.duration(0)?),
    },
    Kind {
        form: "linear(first, step, cap)",
        read: |of| Backoff::linear(of.duration(0)?, of.duration(1)?, of.duration(2)?),
    },
    Kind {
        form: "exp(first, factor, cap)",
        read: |of| Backoff::exp(of.duration(0)?, of.factor(1)?, of.duration(2)?),
    },
    Kind {
        form: "fib(first, cap)",
        read: |of| Backoff::fib(of.duration(0)?, of.duration(1)?),
    },
    Kind {
        form: "random(low, high)",
        read: |of| Backoff::random(of.duration(0)?, of.duration(1)?),
    },
    Kind {
        form: "decorrelated(first, cap)",
        read: |of| Backoff::decorrelated(of.duration(0)?, of.duration(1)?),
    },
];

impl Kind {
    /// The word it begins with: `exp`.
    ///
    /// ```
    /// assert_eq!(retry_words::KINDS[0].name(), "none");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.form
            .split_once('(')
            .map_or(self.form, |(name, _)| name)
    }

    /// How it is written, the arguments by their names: `exp(first, factor, cap)`.
    ///
    /// ```
    /// assert_eq!(retry_words::KINDS[1].form(), "fixed(delay)");
    /// ```
    #[must_use]
    pub const fn form(&self) -> &'static str {
        self.form
    }

    /// How many arguments it takes.
    ///
    /// ```
    /// assert_eq!(retry_words::KINDS[0].arity(), 0);
    /// assert_eq!(retry_words::KINDS[1].arity(), 1);
    /// ```
    #[must_use]
    pub fn arity(&self) -> usize {
        let arguments = self.form.split_once('(').map(|(_, arguments)| arguments);
        arguments.map_or(0, |arguments| arguments.split(',').count())
    }
}

/// The words between the parentheses, as many as the kind takes.
#[derive(Clone, Copy)]
struct Arguments<'a>(&'a [&'a str]);

impl Arguments<'_> {
    fn duration(self, index: u8) -> Result<Duration, InvalidPolicy> {
        parse_duration(self.word(index)).map_err(|error| error.at(index))
    }

    fn factor(self, index: u8) -> Result<f64, InvalidPolicy> {
        let word = self.word(index);
        let fault = FormFault::NotAFactor(Word::new(word));
        word.parse()
            .map_err(|_| InvalidPolicy::form(fault).at(index))
    }

    /// A word that is not there is as wrong as an empty one.
    fn word(&self, index: u8) -> &str {
        self.0
            .get(usize::from(index))
            .map_or("", |word| word.trim())
    }
}

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
    pub fn from_words(kind: &str, arguments: &[&str]) -> Result<Self, InvalidPolicy> {
        let name = kind.trim();
        let Some(kind) = KINDS.iter().find(|kind| kind.name() == name) else {
            let fault = FormFault::UnknownBackoff(Word::new(name));
            return Err(InvalidPolicy::form(fault));
        };
        if arguments.len() != kind.arity() {
            return Err(InvalidPolicy::form(FormFault::ArgumentCount {
                form: kind.form,
                given: arguments.len(),
            }));
        }
        (kind.read)(Arguments(arguments))
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
            let fault = FormFault::Unclosed(Word::new(text));
            return Err(InvalidPolicy::form(fault));
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

/// An argument of a backoff.
///
/// ```
/// use retry_words::{Argument, Backoff};
///
/// let (kind, arguments) = Backoff::DEFAULT.parts();
/// assert_eq!(kind, "exp");
/// assert_eq!(arguments[1], Argument::Factor(1.5));
/// ```
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
    pub fn parts(&self) -> (&'static str, Vec<Argument>) {
        use Argument::{Duration as D, Factor};
        match self.shape() {
            Shape::None => ("none", vec![]),
            Shape::Fixed(delay) => ("fixed", vec![D(delay)]),
            Shape::Linear { first, step, cap } => ("linear", vec![D(first), D(step), D(cap)]),
            Shape::Exp { first, factor, cap } => ("exp", vec![D(first), Factor(factor), D(cap)]),
            Shape::Fib { first, cap } => ("fib", vec![D(first), D(cap)]),
            Shape::Random { low, high } => ("random", vec![D(low), D(high)]),
            Shape::Decorrelated { first, cap } => ("decorrelated", vec![D(first), D(cap)]),
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
