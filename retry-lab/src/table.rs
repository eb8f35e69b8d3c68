//! What came of runs, in words and as a table.

use crate::simulation::measures::Measures;
use std::time::Duration;

/// The time to recover; where the run ended before, that it is longer.
#[must_use]
pub fn recovery(measures: &Measures) -> String {
    measures.recovery().map_or_else(
        || format!("> {} s", measures.watched()),
        |seconds| format!("{seconds} s"),
    )
}

/// A latency to the millisecond.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(retry_lab::table::latency(Some(Duration::from_micros(9600))), "10 ms");
/// assert_eq!(retry_lab::table::latency(None), "none");
/// ```
#[must_use]
pub fn latency(latency: Option<Duration>) -> String {
    latency.map_or_else(
        || "none".to_owned(),
        |latency| format!("{:.0} ms", latency.as_secs_f64() * 1000.0),
    )
}

/// The columns of [`row`].
pub const COLUMNS: [&str; 7] = [
    "policy",
    "calls that succeed",
    "load, worst second",
    "recovers after",
    "p50",
    "p99",
    "budget left, least",
];

/// What came of one run, a text a column.
#[must_use]
pub fn row(label: &str, measures: &Measures) -> [String; COLUMNS.len()] {
    let least = measures.budget_left().into_iter().reduce(f64::min);
    [
        label.to_owned(),
        format!("{:.1} %", 100.0 * measures.success_rate()),
        format!("{:.2}×", measures.worst_load()),
        recovery(measures),
        latency(measures.percentile(50.0)),
        latency(measures.percentile(99.0)),
        least.map_or_else(
            || "no budget".to_owned(),
            |left| format!("{:.0} %", 100.0 * left),
        ),
    ]
}

/// Columns side by side, the first from the left, the others from the right.
///
/// ```
/// let rows = [["a".to_owned(), "1".to_owned()], ["bc".to_owned(), "23".to_owned()]];
/// assert_eq!(retry_lab::table::aligned(&rows), "a    1\nbc  23\n");
/// ```
#[must_use]
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let length = |text: &String| text.chars().count();
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| length(&row[column]))
            .max()
            .unwrap_or(0)
    });
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let space = " ".repeat(widths[column] - length(cell));
            if column == 0 {
                line.push_str(cell);
                line.push_str(&space);
            } else {
                line.push_str("  ");
                line.push_str(&space);
                line.push_str(cell);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
