//! Faults of the text of a backoff or a jitter.

use std::fmt;

use crate::kind::KINDS;
use crate::word::Word;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FormFault {
    UnknownBackoff(Word),
    /// An opening parenthesis whose closing one is missing or not the end.
    Unclosed(Word),
    ArgumentCount {
        form: &'static str,
        given: usize,
    },
    NotAFactor(Word),
    NotAJitter(Word),
}

impl fmt::Display for FormFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UnknownBackoff(kind) => {
                write!(f, "`{kind}` is not a backoff: write one of {Forms}")
            }
            Self::Unclosed(text) => write!(
                f,
                "`{text}` does not end at its closing `)`: write it such as \
                 `exp(100ms, 1.5, 1s)`"
            ),
            Self::ArgumentCount { form, given } => {
                let arguments = if given == 1 { "argument" } else { "arguments" };
                write!(f, "{given} {arguments} given: write `{form}`")
            }
            Self::NotAFactor(text) => {
                write!(f, "`{text}` is not a factor: write a number such as `1.5`")
            }
            Self::NotAJitter(text) => write!(
                f,
                "`{text}` is not a jitter: write `none`, `equal`, `full`, or a fraction such as \
                 `0.2`"
            ),
        }
    }
}

/// `none, fixed(delay), …`
struct Forms;

impl fmt::Display for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, kind) in KINDS.iter().enumerate() {
            write!(f, "{}{}", if place == 0 { "" } else { ", " }, kind.form())?;
        }
        Ok(())
    }
}
