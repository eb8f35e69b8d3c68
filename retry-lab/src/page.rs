//! A page: one file without scripts, fonts or anything from elsewhere.

use crate::chart::{Theme, escaped};

const STYLE: &str = include_str!("page.css");

/// A page of this title, which is text; `style` and `body` are CSS and HTML.
pub(crate) fn html(title: &str, style: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>{title}</title>\n<style>\n{}{STYLE}{style}</style>\n</head>\n<body>\n<main>\n\
         <h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n",
        Theme::style()
    )
}
