//! Durations read from words.

use std::time::Duration;

use crate::invalid::InvalidPolicy;
use crate::invalid::duration::DurationFault;
use crate::nanos;
use crate::quoted::Quoted;

use super::units::{MOST_PLACES, UNITS};

/// What people write for a unit, and the unit.
const MISSPELT: [(&[&str], &str); 5] = [
    (
        &[
            "us",
            "µs",
            "μs",
            "usec",
            "usecs",
            "micro",
            "micros",
            "microsecond",
            "microseconds",
        ],
        "us",
    ),
    (
        &[
            "ms",
            "msec",
            "msecs",
            "milli",
            "millis",
            "millisec",
            "millisecond",
            "milliseconds",
        ],
        "ms",
    ),
    (&["s", "sec", "secs", "second", "seconds"], "s"),
    (&["m", "min", "mins", "minute", "minutes"], "m"),
    (&["h", "hr", "hrs", "hour", "hours"], "h"),
];

/// Units that do not exist, and what to write instead.
const ABSENT: [(&[&str], &str); 3] = [
    (
        &[
            "ns",
            "nsec",
            "nsecs",
            "nano",
            "nanos",
            "nanosecond",
            "nanoseconds",
        ],
        "write nanoseconds as a fraction of `us`, such as `0.5us`",
    ),
    (&["d", "day", "days"], "write days in hours, such as `24h`"),
    (
        &["w", "week", "weeks"],
        "write weeks in hours, such as `168h`",
    ),
];

/// Reads a duration: a decimal number and, with no space between, one of the units
/// `us`, `ms`, `s`, `m`, `h`.
///
/// Surrounding white space is ignored and `_` may separate digits, as in Rust's own numbers.
/// The arithmetic is decimal and exact. Zero is a duration; whether it makes sense is for the
/// caller to say.
///
/// # Errors
/// [`InvalidPolicy`] for a missing or misspelt unit, a negative number, no number at all,
/// more precision than a nanosecond, and more than [`Duration::MAX`].
///
/// ```
/// use retry_words::parse_duration;
/// use std::time::Duration;
///
/// assert_eq!(parse_duration("1.5s")?, Duration::from_millis(1_500));
/// assert_eq!(parse_duration(" 1_000us ")?, Duration::from_millis(1));
/// assert_eq!(
///     parse_duration("5sec").unwrap_err().to_string(),
///     "`5sec` is not a duration: write `5s`; the units are us, ms, s, m, h"
/// );
/// # Ok::<(), retry_words::InvalidPolicy>(())
/// ```
pub fn parse_duration(text: &str) -> Result<Duration, InvalidPolicy> {
    let text = text.trim();
    let fail = |reason: fn(Quoted) -> DurationFault| {
        Err(InvalidPolicy::duration(reason(Quoted::new(text))))
    };
    if text.is_empty() {
        return Err(InvalidPolicy::duration(DurationFault::Empty));
    }
    if text.starts_with('-') {
        return fail(DurationFault::Negative);
    }
    let number = split_number(text);
    if number.whole.is_empty() {
        return fail(DurationFault::NoNumber);
    }
    if number.unit.is_empty() {
        return fail(DurationFault::NoUnit);
    }
    let Some((_, unit)) = UNITS.iter().find(|(name, _)| *name == number.unit) else {
        return Err(unknown_unit(text, number.unit));
    };
    let Some(fraction) = fraction_nanos(number.fraction, *unit) else {
        return fail(DurationFault::TooPrecise);
    };
    let duration = digits(number.whole)
        .and_then(|whole| whole.checked_mul(*unit)?.checked_add(fraction))
        .and_then(nanos::duration);
    duration.map_or_else(|| fail(DurationFault::TooLong), Ok)
}

struct Number<'a> {
    whole: &'a str,
    fraction: &'a str,
    unit: &'a str,
}

/// `1_000.5ms` → `1_000`, `5`, `ms`
fn split_number(text: &str) -> Number<'_> {
    let (whole, rest) = leading_digits(text);
    let (fraction, unit) = rest.strip_prefix('.').map_or(("", rest), leading_digits);
    if fraction.is_empty() {
        // Without digits after it, the dot belongs to the unit, which is unknown then.
        return Number {
            whole,
            fraction,
            unit: rest,
        };
    }
    Number {
        whole,
        fraction,
        unit,
    }
}

fn leading_digits(text: &str) -> (&str, &str) {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return ("", text);
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '_');
    text.split_at(end.unwrap_or(text.len()))
}

/// `None` when the number does not fit.
fn digits(text: &str) -> Option<u128> {
    let mut digits = text.bytes().filter(u8::is_ascii_digit);
    digits.try_fold(0_u128, |number, digit| {
        number
            .checked_mul(10)?
            .checked_add(u128::from(digit - b'0'))
    })
}

/// `None` when the fraction of the unit is not a whole number of nanoseconds.
fn fraction_nanos(fraction: &str, unit: u128) -> Option<u128> {
    let fraction = fraction.trim_end_matches(['0', '_']);
    let places = fraction.bytes().filter(u8::is_ascii_digit).count();
    if places > MOST_PLACES {
        return None;
    }
    let scale = 10_u128.pow(u32::try_from(places).ok()?);
    let scaled = digits(fraction)?.checked_mul(unit)?;
    (scaled % scale == 0).then_some(scaled / scale)
}

fn unknown_unit(text: &str, unit: &str) -> InvalidPolicy {
    let number = &text[..text.len() - unit.len()];
    let spelt = |names: &[&str]| names.iter().any(|n| n.eq_ignore_ascii_case(unit.trim()));
    let text = Quoted::new(text);
    if let Some((_, unit)) = MISSPELT.iter().find(|(names, _)| spelt(names)) {
        return InvalidPolicy::duration(DurationFault::MisspeltUnit {
            text,
            number: Quoted::new(number),
            unit,
        });
    }
    let absent = ABSENT.iter().find(|(names, _)| spelt(names));
    let mend = match absent {
        Some((_, mend)) => mend,
        None if unit.contains(|c: char| c.is_ascii_digit()) => {
            "write one number with one unit, such as `90s` or `1.5m`"
        }
        None => "write a number with one of them, such as `50ms` or `1.5s`",
    };
    InvalidPolicy::duration(DurationFault::UnknownUnit { text, mend })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        parse_duration(text).unwrap_err().to_string()
    }

    #[test]
    fn reads_exactly() {
        let cases = [
            ("50ms", 50_000_000),
            ("1.1s", 1_100_000_000),
            ("2m", 120_000_000_000),
            ("1.5h", 5_400_000_000_000),
            ("0.5us", 500),
            ("0s", 0),
            ("0.0000000000025h", 9),
            ("1.50000000000000000000000000s", 1_500_000_000),
            ("1_000.2_5_ms", 1_000_250_000),
            ("\t7us\n", 7_000),
        ];
        for (text, nanos) in cases {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_nanos(nanos)),
                "{text}"
            );
        }
        assert_eq!(
            parse_duration("18446744073709551615.999999999s"),
            Ok(Duration::MAX)
        );
    }

    #[test]
    fn messages_name_the_mend() {
        let units = "the units are us, ms, s, m, h";
        for (wrong, right) in [
            ("5sec", "5s"),
            ("5SECONDS", "5s"),
            ("1.5min", "1.5m"),
            ("50millis", "50ms"),
            ("50msec", "50ms"),
            ("50 ms", "50ms"),
            ("50MS", "50ms"),
            ("7µs", "7us"),
            ("2hours", "2h"),
        ] {
            let told = format!("`{wrong}` is not a duration: write `{right}`; {units}");
            assert_eq!(message(wrong), told);
        }
        for (wrong, mend) in [
            ("50", "`50ms`"),
            ("", "`50ms`"),
            ("  ", "`50ms`"),
            ("ms", "`50ms`"),
            (".5s", "`0.5s`"),
            ("-5ms", "without the `-`"),
            ("500ns", "`0.5us`"),
            ("3d", "`24h`"),
            ("1m30s", "`90s`"),
            ("5parsec", "`50ms`"),
            ("1.s", "`50ms`"),
            ("0.0001us", "whole nanoseconds"),
            (
                "1.00000000000000000000000000000000000000000000000001h",
                "whole nanoseconds",
            ),
            ("18446744073709551616s", "`18446744073709551615s`"),
            ("9999999999999999999999999999999999999999h", "at most"),
        ] {
            let told = message(wrong);
            assert!(told.contains(mend), "{wrong}: {told}");
        }
    }
}
