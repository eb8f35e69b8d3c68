//! Faults of a policy's text.

use std::fmt;

use crate::quoted::Quoted;

/// The keys of a policy written as text.
const KEYS: &str = "max, backoff, jitter, timeout, deadline, retry_for, longest_pushback";

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PolicyFault {
    UnknownKey(Quoted),
    DuplicateKey(Quoted),
    KeyWithoutValue(Quoted),
    BadMax(Quoted),
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UnknownKey(key) => {
                write!(f, "`{key}` is not a key of a policy: write one of {KEYS}")
            }
            Self::DuplicateKey(key) => {
                write!(f, "the key `{key}` is given twice: keep one of the two")
            }
            Self::KeyWithoutValue(key) => write!(
                f,
                "the key `{key}` has no value: write `{key} = ` and its value, \
                 as in `max = 3`"
            ),
            Self::BadMax(value) => write!(
                f,
                "`{value}` is not a number of retries: write a whole number up to {}, such as `3`, or \
                 `unlimited`",
                u32::MAX
            ),
        }
    }
}
