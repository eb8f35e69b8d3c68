//! Faults of a jitter.

use std::fmt;

use crate::quoted::Quoted;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum JitterFault {
    NotAJitter(Quoted),
    OutOfRange(f64),
}

impl fmt::Display for JitterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotAJitter(text) => write!(
                f,
                "`{text}` is not a jitter: write `none`, `equal`, `full`, or a fraction such as \
                 `0.2`"
            ),
            Self::OutOfRange(fraction) => write!(
                f,
                "the jitter {fraction} is not a fraction of the delay: write a number from 0 \
                 (`none`) to 1 (`full`), such as `0.2`"
            ),
        }
    }
}
