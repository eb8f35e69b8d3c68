//! HTTP dates, in the three forms of RFC 9110, section 5.6.7.

use std::time::{Duration, SystemTime};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Days of a year before each month.
const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

const DAY: i64 = 24 * 60 * 60;

/// The time that a date says; one before 1970 counts as the beginning of that year.
/// `now` is what a year of two digits is read by.
///
/// The zone may be written `UTC`, and a day may end in a leap second. Whether the
/// day of the week is that of the date is not asked: it adds nothing.
pub(super) fn parse(text: &str, now: SystemTime) -> Option<SystemTime> {
    let seconds = internet_date(text)
        .or_else(|| long_date(text, now))
        .or_else(|| ctime_date(text))?;
    let since_1970 = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    SystemTime::UNIX_EPOCH.checked_add(since_1970)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn internet_date(text: &str) -> Option<i64> {
    let [weekday, day, month, year, time, zone] = split(text, &[", ", " ", " ", " ", " "])?;
    (is_short_weekday(weekday) && is_utc(zone)).then_some(())?;
    YearlessTime::new(month, digits(day, 2)?, time)?.in_year(digits(year, 4)?)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`, as in RFC 850. A date that would be more than
/// 50 years ahead is of the latest year that is not.
fn long_date(text: &str, now: SystemTime) -> Option<i64> {
    let [weekday, day, month, year, time, zone] = split(text, &[", ", "-", "-", " ", " "])?;
    (WEEKDAYS.contains(&weekday) && is_utc(zone)).then_some(())?;
    let moment = YearlessTime::new(month, digits(day, 2)?, time)?;
    let in_century = digits(year, 2)?;
    let now = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let year = (0..100)
        .map(|century| 100 * century + in_century)
        .take_while(|year| moment.at(year - 50) <= now)
        .last()?;
    moment.in_year(year)
}

/// `Sun Nov  6 08:49:37 1994`, as C's `asctime` writes it.
fn ctime_date(text: &str) -> Option<i64> {
    let parts: Vec<_> = text.split_ascii_whitespace().collect();
    let (date, zone) = parts.split_at_checked(5)?;
    let &[weekday, month, day, time, year] = date else {
        return None;
    };
    let is_date =
        is_short_weekday(weekday) && zone.iter().all(|zone| is_utc(zone)) && zone.len() < 2;
    is_date.then_some(())?;
    YearlessTime::new(month, digits(day, day.len().clamp(1, 2))?, time)?.in_year(digits(year, 4)?)
}

/// A time in a year that is not known yet.
struct YearlessTime {
    /// January is 0.
    month: usize,
    day: i64,
    second_of_day: i64,
}

impl YearlessTime {
    fn new(month: &str, day: i64, time: &str) -> Option<Self> {
        let [hour, minute, second] = split(time, &[":", ":"])?;
        let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
        let is_leap_second = (hour, minute, second) == (23, 59, 60);
        let is_time = hour < 24 && minute < 60 && (second < 60 || is_leap_second);
        is_time.then_some(Self {
            month: MONTHS.iter().position(|name| *name == month)?,
            day,
            second_of_day: (hour * 60 + minute) * 60 + second,
        })
    }

    /// In seconds since 1970, where the year has such a day.
    fn in_year(&self, year: i64) -> Option<i64> {
        let last = match self.month {
            1 => 28 + i64::from(is_leap(year)),
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        };
        (1..=last).contains(&self.day).then(|| self.at(year))
    }

    /// The same, where 29 February may count as 1 March.
    fn at(&self, year: i64) -> i64 {
        let before = year - 1;
        let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
        let in_year = BEFORE[self.month] + i64::from(self.month > 1 && is_leap(year));
        // 1970 has 477 leap days before it.
        let days = 365 * (year - 1970) + leap_days - 477 + in_year + self.day - 1;
        days * DAY + self.second_of_day
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn is_utc(zone: &str) -> bool {
    zone == "GMT" || zone == "UTC"
}

fn is_short_weekday(text: &str) -> bool {
    WEEKDAYS.iter().any(|name| text == &name[..3])
}

/// A number of exactly that many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(())?;
    text.parse().ok()
}

/// What stands between the separators, one after the other.
fn split<'t, const PARTS: usize>(text: &'t str, separators: &[&str]) -> Option<[&'t str; PARTS]> {
    let mut parts = [text; PARTS];
    for (index, separator) in separators.iter().enumerate() {
        let (part, rest) = parts[index].split_once(separator)?;
        parts[index] = part;
        parts[index + 1] = rest;
    }
    Some(parts)
}
