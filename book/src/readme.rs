//! The links of the README. GitHub, crates.io and docs.rs show it, each at another address, so
//! that every link is a whole one; what it names is looked for in this very repository.

use crate::Outcome;
use crate::chapters::Chapter;
use std::fs;
use std::path::Path;

const GUIDE: &str = "https://docs.rs/retry-runtime/latest/retry_runtime/guide/";
const FILES: [&str; 3] = [
    "https://github.com/retry-rs/retry/blob/main/",
    "https://github.com/retry-rs/retry/tree/main/",
    "https://raw.githubusercontent.com/retry-rs/retry/main/",
];

pub(crate) fn check(root: &Path, chapters: &[Chapter]) -> Outcome<()> {
    let text = fs::read_to_string(root.join("README.md"))?;
    let is_page = |name: &str| chapters.iter().any(|chapter| chapter.name == name);
    let dead = dead(&text, is_page, |file| root.join(file).exists());
    if dead.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "README.md has links that lead nowhere:\n{}",
            dead.join("\n")
        )
        .into())
    }
}

/// The targets that are relative, or of ours and not there.
fn dead(text: &str, is_page: impl Fn(&str) -> bool, is_file: impl Fn(&str) -> bool) -> Vec<&str> {
    let leads_somewhere = |target: &str| {
        if let Some(page) = target.strip_prefix(GUIDE) {
            return page.strip_suffix("/index.html").is_some_and(&is_page);
        }
        let mut files = FILES
            .iter()
            .filter_map(|before| target.strip_prefix(before));
        match files.next() {
            Some(file) => is_file(file),
            None => target.starts_with("https://"),
        }
    };
    targets(text)
        .into_iter()
        .filter(|target| !leads_somewhere(target))
        .collect()
}

/// `[text](target)` and `[name]: target`, outside of code.
fn targets(text: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        if line.starts_with('[') {
            targets.extend(line.split_once("]: ").map(|(_, target)| target));
        }
        let inline = line.split("](").skip(1);
        targets.extend(inline.filter_map(|rest| Some(rest.split_once(')')?.0)));
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_whole_and_names_what_is_there() {
        let text = format!(
            "See [a](docs/a.md), [b] and [c](https://x.y/z).\n```\n[d](e)\n```\n\
             [b]: {GUIDE}gone/index.html\n[f]: {GUIDE}there/index.html\n\
             [g]: {}gone.md\n[h]: {}there.md",
            FILES[0], FILES[1]
        );
        let dead = dead(&text, |page| page == "there", |file| file == "there.md");
        let gone = [
            "docs/a.md",
            &format!("{GUIDE}gone/index.html"),
            &format!("{}gone.md", FILES[0]),
        ];
        assert_eq!(dead, gone);
    }
}
