//! What metrics, log and list of functions say, against what was done.

use crate::events::{Events, REASONS, Told};
use crate::server::Served;
use retry_runtime::Ended;
use retry_runtime::central::{self, SiteReport};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// The sum of a counter over the series of this function and this reason; `""` is any.
fn sum(rendered: &str, counter: &str, [function, reason]: [&str; 2]) -> u64 {
    let labels = [("function", function), ("reason", reason)];
    let [function, reason] = labels.map(|(label, value)| match value {
        "" => String::new(),
        value => format!("{label}=\"{value}\""),
    });
    let of_line = |line: &str| {
        let (series, value) = line.rsplit_once(' ')?;
        let (name, labels) = series.split_once('{')?;
        let matches = name == counter && labels.contains(&function) && labels.contains(&reason);
        matches.then(|| value.parse::<u64>().ok())?
    };
    rendered.lines().filter_map(of_line).sum()
}

/// The figures of one name, each with where it is from.
struct Counts<'a> {
    rendered: &'a str,
    served: &'a Served,
    told: Told,
    site: SiteReport,
}

impl Counts<'_> {
    fn metric(&self, counter: &str) -> u64 {
        sum(self.rendered, counter, [self.served.name, ""])
    }

    /// Each in all places where it is counted.
    fn check(&self) -> Result<(), String> {
        let (site, told) = (&self.site, &self.told);
        let failed: u64 = told.ended.iter().sum();
        let calls = self.served.calls.load(Relaxed);
        let succeeded = self.served.succeeded.load(Relaxed);
        let attempts = self.attempts(calls);
        let rejected = self.rejected()?;
        let by_log = told.attempts + rejected + (calls - failed - told.recovered);
        let site_failed = site.endings.values().map(|count| *count as u64).sum();
        for (what, one, other) in [
            ("calls by metrics", self.metric("retry_calls_total"), calls),
            ("calls by `sites`", count(site.calls.unwrap_or(0)), calls),
            ("calls by how they ended", succeeded + failed, calls),
            ("failures by `sites`", site_failed, failed),
            (
                "retries by metrics",
                self.metric("retry_retries_total"),
                told.retries,
            ),
            ("retries by `sites`", count(site.retries), told.retries),
            (
                "hedges by metrics",
                self.metric("retry_hedges_total"),
                told.hedges,
            ),
            ("hedges by `sites`", count(site.hedges), told.hedges),
            (
                "recovered by `sites`",
                count(site.recovered),
                told.recovered,
            ),
            ("attempts by the log", by_log, attempts),
        ] {
            if one != other {
                let name = self.served.name;
                return Err(format!("{name}: {one} {what}, and {other} elsewhere"));
            }
        }
        for reason in REASONS {
            let by_site = site
                .endings
                .get(reason.as_str())
                .map_or(0, |count| *count as u64);
            let count = told.of(reason);
            if by_site != count {
                let name = self.served.name;
                return Err(format!("{name}: {count} {reason:?}, {by_site} by `sites`"));
            }
        }
        Ok(())
    }

    /// By the metrics: calls whose first attempt was the last are in no other count.
    fn attempts(&self, calls: u64) -> u64 {
        self.metric("retry_attempts_total") + (calls - self.metric("retry_endings_total"))
    }

    /// The attempts of calls that the breaker ended, by the metrics: the log has the numbers
    /// of the last ones, of which it does not tell whether they were made.
    fn rejected(&self) -> Result<u64, String> {
        let by_metrics = [self.served.name, Ended::Rejected.as_str()];
        let by_metrics = sum(self.rendered, "retry_attempts_total", by_metrics);
        let (most, calls) = (self.told.rejected, self.told.of(Ended::Rejected));
        if by_metrics > most || by_metrics + calls < most {
            let name = self.served.name;
            return Err(format!(
                "{name}: {by_metrics} attempts before a rejection, {calls} fewer than {most} at most"
            ));
        }
        Ok(by_metrics)
    }

    /// The attempts that sent nothing: one that another attempt beats in the same poll.
    fn unsent(&self) -> Result<u64, String> {
        let attempts = self.attempts(self.served.calls.load(Relaxed));
        let requests = self.served.requests.load(Relaxed);
        let unsent = attempts.checked_sub(requests);
        // They are few, and only beside others.
        let most = if self.served.hedged {
            1 + self.told.hedges / 1000
        } else {
            0
        };
        unsent.filter(|unsent| *unsent <= most).ok_or_else(|| {
            let name = self.served.name;
            format!("{name}: {attempts} attempts are counted of {requests} requests")
        })
    }
}

/// `, 3 permanent`
fn causes(told: &Told) -> String {
    let failed = REASONS.map(|reason| (reason, told.of(reason)));
    let failed = failed.into_iter().filter(|(_, count)| *count > 0);
    failed.fold(String::new(), |text, (reason, count)| {
        format!("{text}, {count} {}", reason.as_str())
    })
}

fn count(count: usize) -> u64 {
    count as u64
}

/// The figures, where they agree.
pub(crate) fn check(
    rendered: &str,
    events: &Events,
    all: &[Arc<Served>],
) -> Result<String, String> {
    let mut text = String::new();
    let sites = central::sites();
    for served in all {
        let site = sites.iter().find(|site| site.name == served.name);
        let counts = Counts {
            rendered,
            served,
            told: events.of(served.name),
            site: site
                .ok_or_else(|| format!("{} is not listed", served.name))?
                .clone(),
        };
        counts.check()?;
        let unsent = counts.unsent()?;
        let Counts { served, told, .. } = counts;
        let _ = writeln!(
            text,
            "{:13} {} calls, {} requests ({} retries, {} hedges, {unsent} beaten unsent), \
             {} succeeded{}",
            served.name,
            served.calls.load(Relaxed),
            served.requests.load(Relaxed),
            told.retries,
            told.hedges,
            served.succeeded.load(Relaxed),
            causes(&told),
        );
    }
    Ok(text)
}
