//! The kinds of backoff: the one list that parser, printer and messages come from.

use std::time::Duration;

use crate::duration::parse::parse_duration;
use crate::invalid::InvalidPolicy;
use crate::invalid::backoff::BackoffFault;
use crate::quoted::Quoted;

use super::Backoff;

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
pub struct BackoffKind {
    form: &'static str,
    read: fn(Arguments<'_>) -> Result<Backoff, InvalidPolicy>,
}

/// Every kind of backoff, in the order in which messages list them.
///
/// ```
/// let names: Vec<_> = retry_words::KINDS.iter().map(|kind| kind.name()).collect();
/// assert_eq!(names.join(" "), "none fixed linear exp fib random decorrelated");
/// ```
pub const KINDS: &[BackoffKind] = &[
    BackoffKind {
        form: "none",
        read: |_| Ok(Backoff::none()),
    },
    BackoffKind {
        form: "fixed(delay)",
        read: |args| Backoff::fixed(args.duration(0)?),
    },
    BackoffKind {
        form: "linear(first, step, cap)",
        read: |args| Backoff::linear(args.duration(0)?, args.duration(1)?, args.duration(2)?),
    },
    BackoffKind {
        form: "exp(first, factor, cap)",
        read: |args| Backoff::exp(args.duration(0)?, args.factor(1)?, args.duration(2)?),
    },
    BackoffKind {
        form: "fib(first, cap)",
        read: |args| Backoff::fib(args.duration(0)?, args.duration(1)?),
    },
    BackoffKind {
        form: "random(low, high)",
        read: |args| Backoff::random(args.duration(0)?, args.duration(1)?),
    },
    BackoffKind {
        form: "decorrelated(first, cap)",
        read: |args| Backoff::decorrelated(args.duration(0)?, args.duration(1)?),
    },
];

/// How each kind is written, in the order of [`KINDS`].
pub(super) const FORMS: &[&str] = &{
    let mut forms = [""; KINDS.len()];
    let mut index = 0;
    while index < forms.len() {
        forms[index] = KINDS[index].form;
        index += 1;
    }
    forms
};

impl BackoffKind {
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

    /// A backoff of this kind, from its arguments as they were written.
    pub(super) fn read(&self, arguments: &[&str]) -> Result<Backoff, InvalidPolicy> {
        if arguments.len() != self.arity() {
            return Err(InvalidPolicy::backoff(BackoffFault::ArgumentCount {
                form: self.form,
                given: arguments.len(),
            }));
        }
        (self.read)(Arguments(arguments))
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

/// The arguments as they were written, as many as the kind takes.
#[derive(Clone, Copy)]
struct Arguments<'a>(&'a [&'a str]);

impl Arguments<'_> {
    fn duration(self, index: u8) -> Result<Duration, InvalidPolicy> {
        parse_duration(self.word(index)).map_err(|error| error.at(index))
    }

    fn factor(self, index: u8) -> Result<f64, InvalidPolicy> {
        let word = self.word(index);
        let fault = BackoffFault::NotAFactor(Quoted::new(word));
        word.parse()
            .map_err(|_| InvalidPolicy::backoff(fault).at(index))
    }

    /// A missing argument counts as an empty one, which nothing reads.
    fn word(&self, index: u8) -> &str {
        self.0
            .get(usize::from(index))
            .map_or("", |word| word.trim())
    }
}
