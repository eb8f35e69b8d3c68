//! The header field `Retry-After`.

mod date;

use std::time::{Duration, SystemTime};

/// The wait that a `Retry-After` asks for, from its text (RFC 9110, section
/// 10.2.3): a number of seconds, or a date, in any of the three forms that the
/// RFC obliges recipients to read (section 5.6.7). `now` is what a date is
/// compared with; one that has passed gives zero.
///
/// Dates are read as senders write them and the RFC has it: ending in `GMT` or
/// `UTC`, with a leap second, and with a year of two digits, which means the latest
/// year that is not more than 50 years ahead.
///
/// `None` is the answer to anything else: a fraction, a negative number, a date
/// that does not exist. A number of seconds beyond `u64` counts as the largest.
///
/// ```
/// use retry_runtime::http::retry_after;
/// use std::time::{Duration, SystemTime};
///
/// // Sun, 06 Nov 1994 08:49:37 GMT
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
///
/// assert_eq!(retry_after("120", now), Some(Duration::from_secs(120)));
/// assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:40 GMT", now), Some(Duration::from_secs(3)));
/// assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
/// assert_eq!(retry_after("soon", now), None);
/// ```
#[must_use]
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits alone fail to parse only where they exceed the type.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = date::parse(value, now)?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
    }

    fn seconds(value: &str) -> Option<u64> {
        let wait = retry_after(value, now())?;
        assert_eq!(wait.subsec_nanos(), 0);
        Some(wait.as_secs())
    }

    /// A wall clock that was never set, is centuries ahead, or jumps between two answers.
    #[test]
    fn a_clock_that_is_wrong_makes_a_wait_and_no_fault() {
        let century = Duration::from_secs(100 * 365 * 24 * 3600);
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let mut clocks = vec![SystemTime::UNIX_EPOCH, now() + 90 * century];
        clocks.extend(SystemTime::UNIX_EPOCH.checked_sub(century));
        clocks.extend(now().checked_add(Duration::from_secs(1 << 62)));
        for clock in clocks {
            let late = clock > now();
            let wait = retry_after(date, clock).unwrap();
            assert_eq!(wait.is_zero(), late, "{clock:?}: {wait:?}");
            assert!(wait <= 2 * century, "{clock:?}: {wait:?}");
            assert_eq!(retry_after("7", clock), Some(Duration::from_secs(7)));
            // Of two digits: of this century or the one before, as the clock says.
            let _ = retry_after("Sunday, 06-Nov-94 08:49:37 GMT", clock);
        }
    }

    #[test]
    fn a_number_is_of_seconds() {
        assert_eq!(seconds("0"), Some(0));
        assert_eq!(seconds("1"), Some(1));
        assert_eq!(seconds("007"), Some(7));
        assert_eq!(seconds(" 30\t"), Some(30));
    }

    #[test]
    fn a_number_beyond_measure_is_the_largest() {
        assert_eq!(seconds("18446744073709551615"), Some(u64::MAX));
        assert_eq!(seconds("99999999999999999999999"), Some(u64::MAX));
    }

    #[test]
    fn a_date_is_read_in_all_three_forms() {
        assert_eq!(seconds("Sun, 06 Nov 1994 08:51:37 GMT"), Some(120));
        assert_eq!(seconds("Sunday, 06-Nov-94 08:51:37 GMT"), Some(120));
        assert_eq!(seconds("Sun Nov  6 08:51:37 1994"), Some(120));
    }

    #[test]
    fn a_date_may_end_in_utc() {
        assert_eq!(seconds("Sun, 06 Nov 1994 08:51:37 UTC"), Some(120));
        assert_eq!(seconds("Sunday, 06-Nov-94 08:51:37 UTC"), Some(120));
        assert_eq!(seconds("Sun Nov  6 08:51:37 1994 UTC"), Some(120));
        assert_eq!(seconds("Sun Nov 16 08:49:37 1994"), Some(10 * 86_400));
    }

    #[test]
    fn a_day_may_end_in_a_leap_second() {
        let to_midnight = 15 * 3600 + 10 * 60 + 23;
        for date in [
            "Sun, 06 Nov 1994 23:59:60 GMT",
            "Sunday, 06-Nov-94 23:59:60 GMT",
            "Sun Nov  6 23:59:60 1994",
            "Mon, 07 Nov 1994 00:00:00 GMT",
        ] {
            assert_eq!(seconds(date), Some(to_midnight), "{date}");
        }
        assert_eq!(seconds("Sun, 06 Nov 1994 12:00:60 GMT"), None);
        assert_eq!(seconds("Sun, 06 Nov 1994 23:59:61 GMT"), None);
    }

    /// More than 50 years ahead of 1994-11-06 08:49:37 is 1944-11-06 08:49:38.
    #[test]
    fn two_digits_are_of_a_year_that_is_not_far_ahead() {
        let in_50_years = 18_263 * 86_400;
        assert_eq!(seconds("Sunday, 06-Nov-44 08:49:37 GMT"), Some(in_50_years));
        assert_eq!(seconds("Sunday, 06-Nov-44 08:49:38 GMT"), Some(0));
        assert_eq!(seconds("Monday, 01-Jan-45 00:00:00 GMT"), Some(0));
        assert_eq!(
            seconds("Sunday, 06-Nov-95 08:49:37 GMT"),
            Some(365 * 86_400)
        );
        assert_eq!(
            seconds("Tuesday, 29-Feb-00 08:49:37 GMT"),
            Some(1941 * 86_400)
        );
        let in_2090 = SystemTime::UNIX_EPOCH + Duration::from_secs(3_786_912_000);
        let wait = retry_after("Sunday, 01-Jan-01 00:00:00 GMT", in_2090);
        assert_eq!(wait, Some(Duration::from_secs(4017 * 86_400)), "2101");
    }

    #[test]
    fn a_date_that_has_come_is_zero() {
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(0));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:36 GMT"), Some(0));
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    }

    #[test]
    fn all_else_is_nothing() {
        for value in [
            "",
            " ",
            "-1",
            "+1",
            "1.5",
            "1s",
            "0x10",
            "12 34",
            "soon",
            "\u{663}",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sunday, 29-Feb-95 08:49:37 GMT",
            "Son, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994 UTC UTC",
            "Sun Nov  6 08:49 1994",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37",
            "1994-11-06T08:49:37Z",
        ] {
            assert_eq!(retry_after(value, now()), None, "{value:?}");
        }
    }

    /// Of another implementation, week after week through four centuries.
    #[test]
    fn dates_are_those_that_others_write() {
        let start = SystemTime::UNIX_EPOCH;
        for day in (0..146_097).step_by(7) {
            let wait = Duration::from_secs(day * 86_400 + day % 86_400);
            let written = httpdate::fmt_http_date(start + wait);
            assert_eq!(retry_after(&written, start), Some(wait), "{written}");
        }
    }
}
