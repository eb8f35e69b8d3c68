//! Links of rustdoc, such as `crate::Budget::level`, as links of a book: between chapters,
//! and to the documentation of the crate.

use crate::Outcome;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

const DOCUMENTATION: &str = "https://docs.rs/retry-runtime/latest/retry_runtime";

/// What the crate's items are, by name: `Budget` is a `struct`.
pub(crate) struct Items(HashMap<String, &'static str>);

impl Items {
    /// Those of the list of the public interface.
    pub(crate) fn of(root: &Path) -> Outcome<Self> {
        let mut items = HashMap::new();
        for of in ["retry-runtime", "retry-words", "retry-idempotency"] {
            for line in fs::read_to_string(root.join(format!("api/{of}.txt")))?.lines() {
                if let Some((name, kind)) = item(line) {
                    items.insert(name, kind);
                }
            }
        }
        Ok(Self(items))
    }
}

/// The item that a line of the list declares, if it is no method.
fn item(line: &str) -> Option<(String, &'static str)> {
    const KINDS: [(&str, &str); 7] = [
        ("pub struct ", "struct"),
        ("pub enum ", "enum"),
        ("pub trait ", "trait"),
        ("pub mod ", "mod"),
        ("pub type ", "type"),
        ("pub fn ", "fn"),
        ("pub const fn ", "fn"),
    ];
    let line = match line.strip_prefix("#[") {
        Some(attribute) => attribute.split_once("] ")?.1,
        None => line,
    };
    let (rest, kind) = KINDS
        .iter()
        .find_map(|(before, kind)| Some((line.strip_prefix(before)?, *kind)))?;
    let (_, path) = rest.split_once("::")?;
    let end = path
        .find(|sign: char| !sign.is_alphanumeric() && sign != '_' && sign != ':')
        .unwrap_or(path.len());
    let name = path[..end].trim_end_matches(':');
    // Functions of modules have lower-case names throughout: others are methods.
    let is_method = kind == "fn" && name.chars().any(char::is_uppercase);
    (!is_method).then(|| (name.to_owned(), kind))
}

/// The text with the links of a book, with Rust said of code where rustdoc assumes it, and
/// with headings that leave the first rank to the title.
pub(crate) fn as_in_a_book(text: &str, items: &Items) -> Outcome<String> {
    let mut book = String::with_capacity(text.len());
    let mut in_code = false;
    for line in text.lines() {
        if let Some(info) = line.trim_start().strip_prefix("```") {
            book.push_str(line);
            if !in_code && !names_a_language(info) {
                book.push_str(if info.is_empty() { "rust" } else { ",rust" });
            }
            in_code = !in_code;
        } else if in_code {
            book.push_str(line);
        } else {
            if line.starts_with('#') {
                book.push('#');
            }
            link_line(line, items, &mut book)?;
        }
        book.push('\n');
    }
    Ok(book)
}

fn names_a_language(info: &str) -> bool {
    const OF_RUSTDOC: [&str; 5] = [
        "compile_fail",
        "should_panic",
        "no_run",
        "edition2021",
        "ignore",
    ];
    !info
        .split(',')
        .all(|word| word.is_empty() || OF_RUSTDOC.contains(&word))
}

fn link_line(line: &str, items: &Items, book: &mut String) -> Outcome<()> {
    // rustdoc looks such a name up by itself, a book does not.
    if line
        .match_indices("`]")
        .any(|(at, _)| !line[at + 2..].starts_with('('))
    {
        return Err(format!("a link without a target: {line}").into());
    }
    let mut rest = line;
    while let Some(at) = rest.find("](") {
        let (before, from_here) = rest.split_at(at + 2);
        let end = from_here
            .find(')')
            .ok_or_else(|| format!("a link without an end: {line}"))?;
        book.push_str(before);
        book.push_str(&target(&from_here[..end], items));
        book.push(')');
        rest = &from_here[end + 1..];
    }
    book.push_str(rest);
    Ok(())
}

/// Where a link leads to.
fn target(link: &str, items: &Items) -> String {
    let (kind, path) = match link.split_once('@') {
        Some((kind, path)) if path.starts_with("crate::") => (Some(kind), path),
        _ => (None, link),
    };
    let Some(path) = path.strip_prefix("crate::") else {
        return link.to_owned();
    };
    let (path, anchor) = match path.split_once('#') {
        Some((path, anchor)) => (path, format!("#{anchor}")),
        None => (path, String::new()),
    };
    if let Some(chapter) = path.strip_prefix("guide::") {
        return format!("{chapter}.md{anchor}");
    }
    let path = path.trim_end_matches("()").trim_end_matches('!');
    let page = match kind {
        Some("macro") => format!("attr.{path}.html"),
        Some("derive") => format!("derive.{path}.html"),
        // That the item is there, rustdoc has checked; the list may be older.
        _ => page(path, items).unwrap_or_else(|| format!("?search={path}")),
    };
    format!("{DOCUMENTATION}/{page}{anchor}")
}

/// The page of an item, or of the type that it is a method of.
fn page(path: &str, items: &Items) -> Option<String> {
    let file = |path: &str| {
        let kind = items.0.get(path)?;
        let (modules, name) = path.rsplit_once("::").unwrap_or(("", path));
        let modules = if modules.is_empty() {
            String::new()
        } else {
            modules.replace("::", "/") + "/"
        };
        Some(match *kind {
            "mod" => format!("{modules}{name}/index.html"),
            kind => format!("{modules}{kind}.{name}.html"),
        })
    };
    file(path).or_else(|| {
        let (of, member) = path.rsplit_once("::")?;
        let is_variant = member.starts_with(char::is_uppercase);
        let kind = if is_variant { "variant" } else { "method" };
        Some(format!("{}#{kind}.{member}", file(of)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Items {
        let lines = [
            "#[repr(align(64))] pub struct retry_runtime::Budget",
            "pub const fn retry_runtime::Budget::new(u8) -> Self",
            "pub mod retry_runtime::gate",
            "pub enum retry_runtime::gate::Admission",
            "pub fn retry_runtime::classify(&dyn Error) -> Option<Verdict>",
        ];
        Items(lines.iter().filter_map(|line| item(line)).collect())
    }

    #[test]
    fn links_of_rustdoc_lead_to_its_pages_or_to_chapters() {
        for (link, expected) in [
            ("crate::Budget", "/struct.Budget.html"),
            ("crate::Budget::new", "/struct.Budget.html#method.new"),
            ("crate::gate", "/gate/index.html"),
            (
                "crate::gate::Admission::Probe",
                "/gate/enum.Admission.html#variant.Probe",
            ),
            ("crate::classify()", "/fn.classify.html"),
            ("macro@crate::retry#timeout", "/attr.retry.html#timeout"),
            ("derive@crate::Operation", "/derive.Operation.html"),
            ("crate::New", "/?search=New"),
        ] {
            assert_eq!(target(link, &items()), format!("{DOCUMENTATION}{expected}"));
        }
        for (link, expected) in [
            ("crate::guide::outage#metrics", "outage.md#metrics"),
            ("#metrics", "#metrics"),
            (
                "https://www.rfc-editor.org/rfc/rfc9110",
                "https://www.rfc-editor.org/rfc/rfc9110",
            ),
        ] {
            assert_eq!(target(link, &items()), expected);
        }
    }

    #[test]
    fn code_is_left_alone_but_for_its_language() {
        let text = "# A\nSee [`x`](crate::Budget).\n```\nlet x = a[0](crate::Nothing);\n```\n```text\n```\n```compile_fail\n```\n";
        let expected = format!(
            "## A\nSee [`x`]({DOCUMENTATION}/struct.Budget.html).\n```rust\nlet x = a[0](crate::Nothing);\n```\n```text\n```\n```compile_fail,rust\n```\n"
        );
        assert_eq!(as_in_a_book(text, &items()).unwrap(), expected);
    }
}
