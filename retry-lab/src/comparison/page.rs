//! The page of a comparison.

use super::Comparison;
use crate::chart::{Theme, escaped};
use crate::page::html;
use crate::table;
use std::fmt::Write;

/// What is said below each plot.
const NOTES: [&str; 4] = [
    "What reaches the service, as a multiple of what its callers want. 1× is a service \
     without retries; what is above it are retries.",
    "The calls that are answered in time in each second, as a share of those that are made. \
     Above 100 % a backlog is answered.",
    "One in a hundred of the calls that succeed in a second takes longer than this, all its \
     attempts and waits counted. Where a line stops, nothing succeeds.",
    "How many retries the budgets pay for, in the mean of all processes, as a share of the \
     most that they paid for in this run. Those without a budget have no line.",
];

pub(super) fn write(comparison: &Comparison, command: &str) -> String {
    let mut body = format!(
        "<p class=\"summary\">{}</p>\n",
        escaped(&comparison.summary())
    );
    results(&mut body, comparison);
    let chart = comparison.chart();
    for (number, panel) in comparison.panels().iter().enumerate() {
        let svg = chart.single(panel, number, Theme::Page);
        // Writing to a string cannot fail, here and below.
        let _ = write!(
            body,
            "<figure>\n{svg}<figcaption>{}</figcaption>\n</figure>\n",
            NOTES[number % NOTES.len()]
        );
    }
    model(&mut body, comparison, command);
    html(
        &comparison.title,
        &highlights(comparison.entries.len()),
        &body,
    )
}

/// The others fade where a line's row is pointed at.
fn highlights(lines: usize) -> String {
    let mut style = String::new();
    for line in 0..lines {
        let _ = writeln!(
            style,
            "main:has(.row-{line}:hover) .line:not(.line-{line}),\
             main:has(.line-{line}:hover) .line:not(.line-{line}){{opacity:.13}}"
        );
    }
    style
}

/// The table, which is the legend too.
fn results(page: &mut String, comparison: &Comparison) {
    page.push_str("<div class=\"wide\"><table>\n<thead><tr>");
    for column in table::COLUMNS {
        let _ = write!(page, "<th scope=\"col\">{column}</th>");
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let chart = comparison.chart();
    for (number, row) in comparison.rows().enumerate() {
        let sample = chart.sample(number, Theme::Page);
        let _ = write!(
            page,
            "<tr class=\"row-{number}\"><th scope=\"row\">{sample}{}</th>",
            escaped(&row[0])
        );
        for cell in &row[1..] {
            let _ = write!(page, "<td>{}</td>", escaped(cell));
        }
        page.push_str("</tr>\n");
    }
    page.push_str(
        "</tbody>\n</table></div>\n<p class=\"note\">Point at a row or a line, and the others \
         fade. <b>Recovers after</b> counts from the end of the trouble to the first of five \
         seconds in which 99 % of the calls are answered.</p>\n",
    );
}

fn model(page: &mut String, comparison: &Comparison, command: &str) {
    let setup = &comparison.setup;
    let timeout = setup.service.timeout.as_secs_f64();
    let queue = setup.service.queue.map_or_else(
        || "Its queue has no bound.".to_owned(),
        |queue| {
            format!(
                "A request that would wait longer than {} s is refused.",
                queue.as_secs_f64()
            )
        },
    );
    let nodes = match setup.service.nodes {
        1 => String::new(),
        nodes => format!(" It has {nodes} nodes, and each attempt of a call goes to another one."),
    };
    let _ = write!(
        page,
        "<h2>What is simulated</h2>\n<p>Every caller calls at moments of its own, and does not \
         wait for the answer of its call before. The service can serve {:.0} requests a second \
         ({:.2} times what is called) and works through its queue in order; an answer takes \
         10 ms more. {queue}{nodes} Callers give up an attempt after {timeout} s, of which the service \
         learns nothing: it does the work all the same. One request in a thousand fails at any \
         time. The policy, its waits, limits and budget are the code of <code>retry-runtime</code> \
         and backon is backon itself; the others follow their published specifications. The \
         clock is virtual, and the same seed gives the same page.</p>\n\
         <h2>The same again</h2>\n<pre><code>{}</code></pre>\n\
         <footer>retry-lab {}, seed {}</footer>\n",
        setup.service.capacity,
        setup.service.capacity / setup.demand(),
        escaped(command),
        env!("CARGO_PKG_VERSION"),
        setup.seed,
    );
}
