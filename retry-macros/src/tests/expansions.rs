//! What the attributes and derives write: `expansions.txt` has items as users write them, and
//! below each what becomes of it. Of the first of a section that is all of it, and of those
//! after it the lines that are others than the first's, and those that it has not (`-`). `..`
//! stands for the first's function. A section whose title ends in words in brackets shows the
//! lines that have one of them.
//!
//! `GOLDEN=overwrite cargo test -p retry-macros expansions` writes what is below the items
//! anew. Read the difference before you keep it.

use super::expander;
use super::{printer, source};
use quote::ToTokens;
use std::{env, fs};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/expansions.txt");

/// The lines of what an item becomes, or of what is wrong with it.
fn expanded(item: &str) -> Vec<String> {
    let item = source::tokens(item);
    let Ok(file) = syn::parse2(item.clone()) else {
        return printer::lines(expander::half_typed(item));
    };
    let expanded = expander::expand(file);
    if expanded.errors.is_empty() {
        return printer::lines(expanded.file.into_token_stream());
    }
    let errors = expanded.errors.iter();
    errors
        .map(|error| format!("error: {}", error.replace('\n', " ")))
        .collect()
}

/// However deep they are.
fn is_same(one: &str, other: &str) -> bool {
    one.trim_start() == other.trim_start()
}

/// The lines of the second that are others than those of the first, and those that are gone.
fn difference(one: &[String], other: &[String]) -> Vec<String> {
    // How long the longest list is that both have from a line on.
    let mut common = vec![vec![0_usize; other.len() + 1]; one.len() + 1];
    for a in (0..one.len()).rev() {
        for b in (0..other.len()).rev() {
            common[a][b] = if is_same(&one[a], &other[b]) {
                common[a + 1][b + 1] + 1
            } else {
                common[a + 1][b].max(common[a][b + 1])
            };
        }
    }
    let (mut a, mut b, mut gone, mut lines) = (0, 0, Vec::new(), Vec::new());
    while a < one.len() || b < other.len() {
        if a < one.len() && b < other.len() && is_same(&one[a], &other[b]) {
            lines.append(&mut gone);
            (a, b) = (a + 1, b + 1);
        } else if b == other.len() || a < one.len() && common[a + 1][b] >= common[a][b + 1] {
            gone.push(format!("- {}", one[a].trim_start()));
            a += 1;
        } else {
            // One in place of another is no line less.
            gone.pop();
            lines.push(format!("+ {}", other[b]));
            b += 1;
        }
    }
    lines.append(&mut gone);
    lines
}

/// A section of the file.
struct Section<'f> {
    /// The words of which one is in each line that is shown.
    words: Vec<&'f str>,
    /// The function of the first item, and what became of that.
    first: Option<(&'f str, Vec<String>)>,
}

impl<'f> Section<'f> {
    fn of(title: &'f str) -> Self {
        let words = title
            .strip_suffix(']')
            .and_then(|title| title.split_once('['));
        Self {
            words: words
                .map(|(_, words)| words.split(", ").collect())
                .unwrap_or_default(),
            first: None,
        }
    }

    /// What is to stand below an item.
    fn below(&mut self, item: &'f str) -> Vec<String> {
        let is_shown = |line: &String| self.words.iter().any(|word| line.contains(word));
        let Some((function, first)) = &self.first else {
            let (_, function) = item.split_once("] ").expect("an attribute");
            let mut lines = expanded(item);
            self.first = Some((function, lines.clone()));
            lines.retain(|line| self.words.is_empty() || is_shown(line));
            return lines;
        };
        let mut lines = match item.strip_suffix("..") {
            Some(attributes) => expanded(&format!("{attributes}{function}")),
            None => expanded(item),
        };
        if lines[0].starts_with("error") {
            lines
        } else if self.words.is_empty() {
            difference(first, &lines)
        } else {
            lines.retain(is_shown);
            lines
        }
    }
}

#[test]
fn expansions_are_as_shown() {
    let file = fs::read_to_string(FILE).expect("the cases");
    let (mut new, mut section) = (String::new(), Section::of(""));
    for line in file.lines().filter(|line| !line.starts_with("    ")) {
        new += line;
        new.push('\n');
        if line.starts_with("//") {
            section = Section::of(line);
        } else if !line.is_empty() {
            for below in section.below(line) {
                new.extend(["    ", below.trim_end(), "\n"]);
            }
        }
    }
    if env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        fs::write(FILE, &new).expect("written");
        return;
    }
    for (is, was) in new.lines().zip(file.lines()) {
        assert_eq!(is, was, "see GOLDEN=overwrite in {}", file!());
    }
    assert_eq!(new.len(), file.len(), "see GOLDEN=overwrite in {}", file!());
}
