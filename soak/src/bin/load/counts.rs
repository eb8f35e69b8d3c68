//! What the metrics say, against what was done.

use crate::Counts;
use std::fmt::Write as _;
use std::sync::atomic::Ordering::Relaxed;

/// The sum of a counter of one function, over its other labels.
fn sum(rendered: &str, counter: &str, function: &str) -> u64 {
    let label = format!("function=\"{function}\"");
    let of_line = |line: &str| {
        let (series, value) = line.rsplit_once(' ')?;
        let (name, labels) = series.split_once('{')?;
        let matches = name == counter && labels.contains(&label);
        matches.then(|| value.parse::<u64>().ok())?
    };
    rendered.lines().filter_map(of_line).sum()
}

/// The figures, where they agree.
pub(crate) fn check(rendered: &str, counts: &Counts) -> Result<String, String> {
    let mut text = String::new();
    for counted in counts {
        let of = |counter| sum(rendered, counter, counted.name);
        let calls = counted.calls.load(Relaxed);
        let (requests, succeeded) = (
            counted.requests.load(Relaxed),
            counted.succeeded.load(Relaxed),
        );
        if of("retry_calls_total") != calls {
            return Err(format!(
                "{}: {} calls are counted of {calls}",
                counted.name,
                of("retry_calls_total")
            ));
        }
        // Calls whose first attempt was the last are in no other count.
        let attempts = of("retry_attempts_total") + (calls - of("retry_endings_total"));
        // A hedge that another attempt beats before it is polled sends nothing.
        let unsent = if counted.hedged {
            of("retry_hedges_total")
        } else {
            0
        };
        if !(requests..=requests + unsent).contains(&attempts) {
            return Err(format!(
                "{}: {attempts} attempts are counted of {requests}",
                counted.name
            ));
        }
        let _ = writeln!(
            text,
            "{:6} {calls} calls, {requests} requests, {} hedges, {succeeded} succeeded",
            counted.name,
            of("retry_hedges_total")
        );
    }
    Ok(text)
}
