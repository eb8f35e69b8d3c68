//! A plan as a page.

use super::Plan;
use super::text::{ROWS, range, short};
use crate::chart::escaped;
use crate::page::html;
use std::fmt::Write;
use std::time::Duration;

const STYLE: &str = "\
.bar{fill:var(--line-0)}.soft{fill:var(--line-0);opacity:.28}\
.ink{fill:var(--ink)}.faint{fill:var(--faint)}.grid{stroke:var(--grid)}\n";

const WIDTH: f64 = 800.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 190.0;
const ROW: f64 = 28.0;
const TOP: f64 = 12.0;

impl Plan {
    /// The same as [`text`](Self::text), as a page with a drawing; `command` gives it again.
    ///
    /// ```
    /// use retry_lab::plan::Plan;
    ///
    /// let page = Plan::of("max = 1".parse()?).page(None, "retry-lab plan 'max = 1'");
    /// assert!(page.starts_with("<!doctype html>"));
    /// # Ok::<(), retry_runtime::InvalidPolicy>(())
    /// ```
    #[must_use]
    pub fn page(&self, failure_rate: Option<f64>, command: &str) -> String {
        let mut body = String::new();
        for sentence in self.sentences(failure_rate) {
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(body, "<p class=\"summary\">{}</p>", escaped(&sentence));
        }
        if !self.retries.is_empty() {
            let _ = write!(
                body,
                "<figure>\n{}<figcaption>When each attempt may start, counted from the begin of \
                 the call, while every attempt fails: the earliest where attempts fail at once, \
                 the latest where {}. On the right, what is waited before it.</figcaption>\n\
                 </figure>\n",
                self.drawing(),
                match self.policy.timeout() {
                    Some(timeout) =>
                        format!("each takes its {} to the end", escaped(&short(timeout))),
                    None => "the waits are the longest; what attempts take comes on top".to_owned(),
                }
            );
        }
        let _ = write!(
            body,
            "<h2>The same again</h2>\n<pre><code>{}</code></pre>\n<footer>retry-lab {}</footer>\n",
            escaped(command),
            env!("CARGO_PKG_VERSION")
        );
        html(&self.policy.to_string(), STYLE, &body)
    }

    fn drawing(&self) -> String {
        let shown = &self.retries[..self.retries.len().min(ROWS)];
        let end = shown.last().map_or(Duration::ZERO, |retry| retry.start.1);
        let scale = end.as_secs_f64().max(f64::MIN_POSITIVE);
        let x = |at: Duration| LEFT + at.as_secs_f64() / scale * (WIDTH - LEFT - RIGHT);
        let bottom = TOP + ROW * (shown.len() + 1) as f64;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" \
             aria-label=\"When each attempt may start\" font-family=\"system-ui, sans-serif\" \
             font-size=\"12.5\">\n",
            bottom + 30.0
        );
        for quarter in 0..=4_u32 {
            let at = end / 4 * quarter;
            let _ = writeln!(
                svg,
                "<path class=\"grid\" d=\"M{0:.1} {TOP}V{bottom}\"/><text class=\"faint\" \
                 x=\"{0:.1}\" y=\"{1}\" text-anchor=\"middle\">{2}</text>",
                x(at),
                bottom + 18.0,
                escaped(&short(at))
            );
        }
        let first = (Duration::ZERO, Duration::ZERO);
        let starts = [first].into_iter().chain(shown.iter().map(|it| it.start));
        for (number, (from, to)) in starts.enumerate() {
            let y = TOP + ROW * number as f64;
            let name = match number {
                0 => "attempt".to_owned(),
                number => format!("retry {number}"),
            };
            let wait = number
                .checked_sub(1)
                .map_or_else(String::new, |retry| range(shown[retry].wait));
            let _ = writeln!(
                svg,
                "<text class=\"ink\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>\
                 <rect class=\"soft\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\" rx=\"3\"/>\
                 <rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"3\" height=\"14\"/>\
                 <text class=\"faint\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                LEFT - 14.0,
                y + 19.0,
                x(from),
                y + 8.0,
                (x(to) - x(from)).max(3.0),
                x(from),
                y + 8.0,
                WIDTH - RIGHT + 18.0,
                y + 19.0,
                escaped(&wait)
            );
        }
        svg.push_str("</svg>\n");
        svg
    }
}
