//! A plan on a terminal.

use super::{Plan, Retry};
use crate::table::aligned;
use std::fmt::Write;
use std::time::Duration;

/// More rows than this nobody reads.
pub(super) const ROWS: usize = 20;
const BAR: f64 = 36.0;

/// A duration to three digits, in a unit that its reader thinks in.
pub(super) fn short(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let (number, unit) = match seconds {
        0.0 => (0.0, "s"),
        ..0.001 => (seconds * 1e6, "us"),
        ..1.0 => (seconds * 1e3, "ms"),
        ..120.0 => (seconds, "s"),
        ..7200.0 => (seconds / 60.0, "m"),
        _ => (seconds / 3600.0, "h"),
    };
    let scale = match number {
        ..10.0 => 100.0,
        ..100.0 => 10.0,
        _ => 1.0,
    };
    format!("{}{unit}", (number * scale).round() / scale)
}

/// `25ms to 50ms`, or one of them where they are the same.
pub(super) fn range((low, high): (Duration, Duration)) -> String {
    let (low, high) = (short(low), short(high));
    if low == high {
        low
    } else {
        format!("{low} to {high}")
    }
}

/// `12.5 %`, with as many digits as it takes to tell it from nothing.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent == 0.0 || percent >= 0.1 {
        let rounded = (percent * 10.0).round() / 10.0;
        format!("{rounded} %")
    } else if percent >= 0.0001 {
        let digits = (-percent.log10()).ceil() as usize + 1;
        format!("{percent:.digits$} %")
    } else {
        "less than 0.0001 %".to_owned()
    }
}

impl Plan {
    /// The waits, drawn, and what follows from them.
    ///
    /// ```
    /// use retry_lab::plan::Plan;
    ///
    /// let plan = Plan::of("max = 1, timeout = 1s".parse()?);
    /// assert!(plan.text(Some(0.2)).contains("4 % of the calls fail"));
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    #[must_use]
    pub fn text(&self, failure_rate: Option<f64>) -> String {
        let mut text = format!("{}\n\n", self.policy);
        if !self.retries.is_empty() {
            text.push_str(&self.rows());
            text.push('\n');
        }
        for sentence in self.sentences(failure_rate) {
            text.push_str(&sentence);
            text.push('\n');
        }
        text
    }

    fn rows(&self) -> String {
        let shown = &self.retries[..self.retries.len().min(ROWS)];
        let end = shown.last().map_or(Duration::ZERO, |retry| retry.start.1);
        let mut rows = vec![["retry", "waits", "starts after", ""].map(str::to_owned)];
        for (number, retry) in shown.iter().enumerate() {
            rows.push([
                (number + 1).to_string(),
                range(retry.wait),
                range(retry.start),
                bar(retry, end),
            ]);
        }
        // The bars stand on the left of their column.
        let widest = rows.iter().map(|row| row[3].chars().count()).max();
        for row in &mut rows {
            let missing = widest.unwrap_or_default() - row[3].chars().count();
            row[3].push_str(&" ".repeat(missing));
        }
        let mut text = aligned(&rows);
        if self.retries.len() > shown.len() {
            let more = self.retries.len() - shown.len();
            let or_more = if self.cut_off { " or more" } else { "" };
            let _ = writeln!(text, "and {more}{or_more} further ones");
        }
        text
    }

    /// What follows from the waits, a sentence each.
    pub(super) fn sentences(&self, failure_rate: Option<f64>) -> Vec<String> {
        let mut sentences = vec![self.worst_case()];
        if let Some(rate) = failure_rate {
            sentences.extend(self.with_failures(rate));
        }
        sentences
    }

    fn worst_case(&self) -> String {
        let attempts = self.retries.len() + 1;
        let plural = if attempts == 1 { "" } else { "s" };
        let or_more = if self.cut_off { " or more" } else { "" };
        let waits = short(self.longest_waits());
        let end = match (self.longest_call(), self.policy.timeout()) {
            (Some(call), _) => format!("and the call takes {} at most.", short(call)),
            (None, Some(_)) => "and no end: write `max`, `retry_for` or `deadline`.".to_owned(),
            (None, None) => format!(
                "waits of {waits} in all. Nothing limits an attempt, and so nothing limits the \
                 call: write `timeout` or `deadline`."
            ),
        };
        format!("Worst case: {attempts}{or_more} attempt{plural}, {end}")
    }

    fn with_failures(&self, rate: f64) -> Vec<String> {
        let odds = self.odds(rate);
        if self.cut_off && odds.failing > 1e-6 {
            return vec![format!(
                "Where {} of the attempts fail, some calls make more than {} retries.",
                percent(rate),
                self.retries.len()
            )];
        }
        let mut sentences = vec![format!(
            "Where {} of the attempts fail, {} of the calls fail; a call makes {:.2} attempts \
             and waits {} in the mean.",
            percent(rate),
            percent(odds.failing),
            odds.attempts,
            short(odds.wait),
        )];
        for share in [0.99, 0.999] {
            let (retries, time) = self.share_ends(rate, share);
            let plural = if retries == 1 { "y" } else { "ies" };
            let takes = time.map_or_else(
                || format!("wait {} at most", short(self.waits_up_to(retries))),
                |time| format!("take {} at most", short(time)),
            );
            sentences.push(format!(
                "{} of the calls end within {retries} retr{plural} and {takes}.",
                percent(share)
            ));
        }
        sentences
    }
}

/// From when to when a retry may start, on a scale up to `end`.
fn bar(retry: &Retry, end: Duration) -> String {
    let place = |at: Duration| {
        let share = at.as_secs_f64() / end.as_secs_f64().max(f64::MIN_POSITIVE);
        (share * BAR).round() as usize
    };
    let (from, to) = (place(retry.start.0), place(retry.start.1));
    format!(
        "{}{}",
        " ".repeat(from),
        "█".repeat((to - from.min(to)).max(1))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits() {
        let texts = [
            0,
            1_500,
            12_345_678,
            999_900_000,
            45_678_000_000,
            7_199_000_000_000,
        ]
        .map(|nanos| short(Duration::from_nanos(nanos)));
        assert_eq!(texts, ["0s", "1.5us", "12.3ms", "1000ms", "45.7s", "120m"]);
        assert_eq!(short(Duration::MAX), "5124095576030431h");
    }

    #[test]
    fn small_shares_are_not_nothing() {
        let texts = [0.0, 0.2, 0.125, 0.000_064, 1e-9, 1.0].map(percent);
        let expected = [
            "0 %",
            "20 %",
            "12.5 %",
            "0.0064 %",
            "less than 0.0001 %",
            "100 %",
        ];
        assert_eq!(texts, expected);
    }
}
