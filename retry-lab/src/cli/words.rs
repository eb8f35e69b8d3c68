//! Values of options that the library has no words for.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

/// `10s`, within bounds.
pub(super) fn duration(
    text: &str,
    bounds: RangeInclusive<Duration>,
    says: &str,
) -> Result<Duration, String> {
    let duration = retry_words::parse_duration(text).map_err(|error| error.to_string())?;
    if bounds.contains(&duration) {
        Ok(duration)
    } else {
        Err(format!("`{text}` is out of range: write {says}"))
    }
}

/// A whole number, within bounds.
pub(super) fn count(text: &str, bounds: RangeInclusive<u64>) -> Result<u64, String> {
    let (least, most) = (*bounds.start(), *bounds.end());
    let number = digits(text).filter(|number| bounds.contains(number));
    number
        .ok_or_else(|| format!("`{text}` will not do: write a whole number from {least} to {most}"))
}

fn digits(text: &str) -> Option<u64> {
    let starts = text.starts_with(|first: char| first.is_ascii_digit());
    starts.then(|| text.replace('_', "").parse().ok()).flatten()
}

/// `200/s`, `30/m`, `1.5/s`: a rate as a number a second.
pub(super) fn rate(text: &str, bounds: RangeInclusive<f64>) -> Result<f64, String> {
    let fault = || {
        format!(
            "`{text}` is no rate: write a number and its unit, such as `200/s`, `30/m` or `1.5/s`"
        )
    };
    let (number, unit) = text.split_once('/').ok_or_else(fault)?;
    let seconds = match unit.trim() {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(fault()),
    };
    let number = number.trim().replace('_', "");
    let plain = |letter: char| letter.is_ascii_digit() || letter == '.';
    if !number.chars().all(plain) {
        return Err(fault());
    }
    let rate = number.parse::<f64>().map_err(|_| fault())? / seconds;
    if bounds.contains(&rate) {
        Ok(rate)
    } else {
        let (least, most) = (bounds.start(), bounds.end());
        Err(format!(
            "`{text}` is out of range: write {least}/s to {most}/s"
        ))
    }
}

/// `20%`, as a share; 100 % is 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let fault = || format!("`{text}` is no share: write one from `0%` to `100%`, such as `20%`");
    let number = text.trim().strip_suffix('%').ok_or_else(fault)?;
    let plain = |letter: char| letter.is_ascii_digit() || letter == '.';
    let number = number.trim_end();
    if !number.chars().all(plain) {
        return Err(fault());
    }
    let share = number.parse::<f64>().map_err(|_| fault())? / 100.0;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err(fault())
    }
}

/// `40s..`, `40s..60s`: from when to when.
pub(super) fn span(text: &str) -> Result<Range<Duration>, String> {
    let fault = || {
        format!(
            "`{text}` is no span of time: write from when to when, such as `40s..60s`, or `40s..`"
        )
    };
    let (from, to) = text.split_once("..").ok_or_else(fault)?;
    let read = |text: &str| {
        if text.trim() == "0s" {
            return Ok(Duration::ZERO);
        }
        retry_words::parse_duration(text.trim()).map_err(|error| error.to_string())
    };
    let from = read(from)?;
    let to = if to.trim().is_empty() {
        Duration::MAX
    } else {
        read(to)?
    };
    if from < to {
        Ok(from..to)
    } else {
        Err(fault())
    }
}

/// 10000 → `10,000`
pub(super) fn thousands(number: f64) -> String {
    let rounded = (number * 100.0).round() / 100.0;
    let text = rounded.to_string();
    let (whole, rest) = text
        .find('.')
        .map_or((text.as_str(), ""), |at| text.split_at(at));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_numbers_a_second() {
        let rate = |text| rate(text, 0.001..=1e9);
        assert_eq!(rate("200/s"), Ok(200.0));
        assert_eq!(rate("30/m"), Ok(0.5));
        assert_eq!(rate("15_000/s"), Ok(15000.0));
        for text in [
            "", "/", "200", "-1/s", "1e3/s", "inf/s", "NaN/s", "1/d", "./s", "0/s",
        ] {
            assert!(rate(text).unwrap_err().contains("/s"), "{text}");
        }
    }

    #[test]
    fn spans_may_have_no_end() {
        assert_eq!(
            span("40s..1m"),
            Ok(Duration::from_secs(40)..Duration::from_secs(60))
        );
        assert_eq!(span("0s.."), Ok(Duration::ZERO..Duration::MAX));
        for text in ["40s", "..", "..40s", "60s..40s", "40..60"] {
            assert!(span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn thousands_are_grouped() {
        let texts = [1.0, 999.0, 1000.0, 1_234_567.0, 0.5, 1000.25].map(thousands);
        assert_eq!(texts, ["1", "999", "1,000", "1,234,567", "0.5", "1,000.25"]);
    }
}
