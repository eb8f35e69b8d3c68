//! The list as a page: one table, no script, nothing from elsewhere.

use retry_runtime::central::{RuledKey, SiteReport};
use std::fmt::Display;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Retries</title>\n<style>\
body{font:15px/1.4 system-ui,sans-serif;margin:2rem;color:#1d2733}\
table{border-collapse:collapse}th,td{text-align:left;padding:.4rem .8rem;\
border-bottom:1px solid #d6dde4;vertical-align:top}\
td.number{text-align:right;font-variant-numeric:tabular-nums}\
small{color:#5b6875}.off{background:#fde8e4}.by{color:#0b5cad}</style>\n";

/// The page of these functions.
pub(crate) fn of(sites: &[SiteReport]) -> String {
    let rows: String = sites.iter().map(row).collect();
    format!(
        "{HEAD}<h1>Retries</h1>\n<table><thead><tr><th>function<th>policy<th>rules<th>budget\
         <th>retries<th>recovered<th>endings</thead>\n<tbody>\n{rows}</tbody></table></html>\n"
    )
}

fn row(site: &SiteReport) -> String {
    let place = match (site.file, site.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        _ => String::new(),
    };
    let budget = site.budget.map(|level| format!("{level:.1}"));
    let endings = site.endings.iter();
    let endings: Vec<_> = endings
        .map(|(why, count)| format!("{why} {count}"))
        .collect();
    format!(
        "<tr{}><td>{}<br><small>{}</small><td>{}<td>{}{}<td class=\"number\">{}\
         <td class=\"number\">{}<td class=\"number\">{}<td>{}</tr>\n",
        if site.enabled { "" } else { " class=\"off\"" },
        escaped(&site.name),
        escaped(&place),
        escaped(&site.policy),
        keys(&site.rules, ""),
        keys(&site.not_possible, "not possible: "),
        budget.unwrap_or_default(),
        site.retries,
        site.recovered,
        escaped(&endings.join(", ")),
    )
}

/// What rules say, and which.
fn keys(keys: &[RuledKey], before: &str) -> String {
    let line = |key: &RuledKey| {
        format!(
            "<div>{before}{} = {} <span class=\"by\">{}</span></div>",
            escaped(&key.key),
            escaped(&key.value),
            escaped(&key.by)
        )
    };
    keys.iter().map(line).collect()
}

fn escaped(text: &dyn Display) -> String {
    let text = text.to_string();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
