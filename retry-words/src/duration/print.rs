//! Durations printed as words.

use std::fmt;
use std::time::Duration;

use super::units::{MOST_PLACES, UNITS};

/// Prints a duration in the shortest of its exact forms without a leading zero, of two equally
/// short the one in the larger unit: `100ms`, `1.5s`, `2m`; below a microsecond `0.5us`.
/// [`parse_duration`](crate::parse_duration) reads the same duration back, for every duration.
///
/// ```
/// use retry_words::DurationWords;
/// use std::time::Duration;
///
/// assert_eq!(DurationWords(Duration::from_micros(337_500)).to_string(), "337.5ms");
/// assert_eq!(DurationWords(Duration::from_secs(120)).to_string(), "2m");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurationWords(
    /// What is printed.
    pub Duration,
);

impl fmt::Display for DurationWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        if nanos == 0 {
            return f.write_str("0s");
        }
        let forms = UNITS
            .iter()
            .rev()
            .filter_map(|(name, unit)| Form::of(nanos, name, *unit));
        // The first of the shortest forms is in the largest unit: `506.25ms`, not `506250us`.
        match forms.min_by_key(Form::length) {
            Some(form) => write!(f, "{form}"),
            // Not reached, since microseconds have a form for every duration.
            None => Err(fmt::Error),
        }
    }
}

/// A duration in one unit: `whole.fraction`, the fraction of so many places.
struct Form {
    whole: u128,
    fraction: u128,
    places: usize,
    unit: &'static str,
}

impl Form {
    /// `None` where the decimal does not end, or begins with `0.` in a unit that is not the
    /// smallest.
    fn of(nanos: u128, unit: &'static str, unit_nanos: u128) -> Option<Self> {
        let (whole, mut rest) = (nanos / unit_nanos, nanos % unit_nanos);
        if whole == 0 && unit != UNITS[0].0 {
            return None;
        }
        let (mut fraction, mut places) = (0, 0);
        while rest != 0 && places < MOST_PLACES {
            rest *= 10;
            fraction = fraction * 10 + rest / unit_nanos;
            rest %= unit_nanos;
            places += 1;
        }
        (rest == 0).then_some(Self {
            whole,
            fraction,
            places,
            unit,
        })
    }

    /// How long it is, without the first digit, which every form has.
    fn length(&self) -> usize {
        let whole = self.whole.checked_ilog10().map_or(0, |log| log as usize);
        let point = usize::from(self.places > 0);
        whole + point + self.places + self.unit.len()
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.whole)?;
        if self.places > 0 {
            write!(f, ".{:0places$}", self.fraction, places = self.places)?;
        }
        f.write_str(self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duration::parse::parse_duration;

    #[test]
    fn prints_the_shortest_form() {
        for text in [
            "0s",
            "100ms",
            "1.5s",
            "2m",
            "337.5ms",
            "0.5us",
            "0.001us",
            "90s",
            "1h",
            "90m",
            "1.001s",
            "1.001001ms",
            "506.25ms",
            "10s",
        ] {
            let read = parse_duration(text).unwrap();
            assert_eq!(DurationWords(read).to_string(), text);
        }
        for (long, short) in [
            ("1500ms", "1.5s"),
            ("0.1s", "100ms"),
            ("3600s", "1h"),
            ("150s", "2.5m"),
        ] {
            let read = parse_duration(long).unwrap();
            assert_eq!(DurationWords(read).to_string(), short);
        }
    }
}
