//! Faults of a duration's text.

use std::fmt;

use crate::duration::units::UNITS;
use crate::quoted::Quoted;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum DurationFault {
    Empty,
    NoNumber(Quoted),
    Negative(Quoted),
    NoUnit(Quoted),
    MisspeltUnit {
        text: Quoted,
        number: Quoted,
        unit: &'static str,
    },
    UnknownUnit {
        text: Quoted,
        mend: &'static str,
    },
    TooPrecise(Quoted),
    TooLong(Quoted),
}

impl fmt::Display for DurationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(
                f,
                "a duration is missing: write one such as `50ms`; {Units}"
            ),
            Self::NoNumber(text) => write!(
                f,
                "`{text}` does not begin with a digit: write a duration such as `50ms` or \
                 `0.5s`; {Units}"
            ),
            Self::Negative(text) => write!(
                f,
                "`{text}` is negative, and no duration is: write it without the `-`"
            ),
            Self::NoUnit(text) => write!(
                f,
                "`{text}` has no unit: write `{text}ms` or `{text}s`; {Units}"
            ),
            Self::MisspeltUnit { text, number, unit } => write!(
                f,
                "`{text}` is not a duration: write `{number}{unit}`; {Units}"
            ),
            Self::UnknownUnit { text, mend } => {
                write!(f, "`{text}` is not a duration: {mend}; {Units}")
            }
            Self::TooPrecise(text) => write!(
                f,
                "`{text}` is finer than a nanosecond: round it to whole nanoseconds, \
                 of which `0.001us` is one"
            ),
            Self::TooLong(text) => write!(
                f,
                "`{text}` is longer than a duration can be: write at most `{}s`",
                u64::MAX
            ),
        }
    }
}

/// `the units are us, ms, …`
struct Units;

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the units are")?;
        for (place, (unit, _)) in UNITS.iter().enumerate() {
            write!(f, "{} {unit}", if place == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
