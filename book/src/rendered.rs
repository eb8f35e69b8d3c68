//! The book as it was rendered: whether every link within it leads somewhere.

use crate::Outcome;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

struct Page {
    links: Vec<String>,
    anchors: HashSet<String>,
}

/// Follows every link from chapter to chapter, anchors included.
pub(crate) fn check(html: &Path) -> Outcome<()> {
    let mut pages = HashMap::new();
    for entry in fs::read_dir(html)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // The page for printing has all chapters once more, the other is for servers.
        let is_chapter = path
            .extension()
            .is_some_and(|extension| extension == "html")
            && !["print.html", "404.html", "toc.html"].contains(&name.as_str());
        if is_chapter {
            let text = fs::read_to_string(&path)?;
            let page = Page {
                links: values(&text, "href").map(str::to_owned).collect(),
                anchors: values(&text, "id").map(str::to_owned).collect(),
            };
            pages.insert(name, page);
        }
    }
    let dead: Vec<String> = dead(&pages);
    if dead.is_empty() {
        Ok(())
    } else {
        Err(format!("links that lead nowhere:\n{}", dead.join("\n")).into())
    }
}

fn is_html(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|extension| extension == "html")
}

fn dead(pages: &HashMap<String, Page>) -> Vec<String> {
    let mut dead = Vec::new();
    for (name, page) in pages {
        for link in &page.links {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let is_elsewhere = file.contains(':') || !(file.is_empty() || is_html(file));
            if is_elsewhere || file == "print.html" {
                continue;
            }
            let to = pages.get(if file.is_empty() { name.as_str() } else { file });
            if !to.is_some_and(|to| anchor.is_empty() || to.anchors.contains(anchor)) {
                dead.push(format!("{name}: {link}"));
            }
        }
    }
    dead.sort();
    dead
}

/// The values of an attribute of HTML.
fn values<'t>(text: &'t str, attribute: &str) -> impl Iterator<Item = &'t str> {
    let before = format!(" {attribute}=\"");
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = rest.find(&before)? + before.len();
        let end = at + rest[at..].find('"')?;
        let value = &rest[at..end];
        rest = &rest[end..];
        Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_page_or_an_anchor_that_is_not_there_is_dead() {
        let page = |text: &str| Page {
            links: values(text, "href").map(str::to_owned).collect(),
            anchors: values(text, "id").map(str::to_owned).collect(),
        };
        let pages = HashMap::from([
            (
                "a.html".to_owned(),
                page(
                    r##"<h1 id="top"></h1><a href="#top"></a><a href="#bottom"></a><a href="b.html#x"></a><a href="b.html"></a><a href="c.html"></a><a href="https://x.y/z.html"></a><link href="css/a.css">"##,
                ),
            ),
            ("b.html".to_owned(), page("<p>")),
        ]);
        assert_eq!(
            dead(&pages),
            ["a.html: #bottom", "a.html: b.html#x", "a.html: c.html"]
        );
    }
}
