//! The pages of the guide: each module of `retry_runtime::guide`, as rustdoc puts it together.

use crate::Outcome;
use std::fs;
use std::path::Path;

pub(crate) struct Chapter {
    /// That of the module.
    pub(crate) name: String,
    /// In Markdown, with the links of rustdoc.
    pub(crate) text: String,
}

/// Every module of the guide.
pub(crate) fn all(root: &Path) -> Outcome<Vec<Chapter>> {
    let source = root.join("retry-runtime/src");
    of_modules(&fs::read_to_string(source.join("guide.rs"))?, |file| {
        fs::read_to_string(source.join(file)).map_err(|error| format!("{file}: {error}").into())
    })
}

/// The modules of a file that has nothing else: `pub mod name {}` below its documentation,
/// which is `/// ..` and `#[doc = include_str!("..")]`; other comments are passed over.
fn of_modules(source: &str, read: impl Fn(&str) -> Outcome<String>) -> Outcome<Vec<Chapter>> {
    let mut chapters = Vec::new();
    let mut text = String::new();
    for line in source.lines() {
        if let Some(documentation) = line.strip_prefix("///") {
            text.push_str(documentation.strip_prefix(' ').unwrap_or(documentation));
            text.push('\n');
        } else if let Some(file) = line.strip_prefix("#[doc = include_str!(\"") {
            let file = file
                .strip_suffix("\")]")
                .ok_or_else(|| format!("not understood: {line}"))?;
            text.push_str(&read(file)?);
            text.push('\n');
        } else if let Some(name) = line.strip_prefix("pub mod ") {
            let name = name
                .strip_suffix(" {}")
                .ok_or_else(|| format!("not understood: {line}"))?;
            chapters.push(Chapter {
                name: name.to_owned(),
                text: std::mem::take(&mut text),
            });
        } else if !line.is_empty() && !line.starts_with("//") && !line.starts_with("#[cfg") {
            return Err(format!("not understood: {line}").into());
        }
    }
    Ok(chapters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapters(source: &str) -> Outcome<Vec<(String, String)>> {
        let chapters = of_modules(source, |file| Ok(format!("[{file}]")))?;
        Ok(chapters
            .into_iter()
            .map(|chapter| (chapter.name, chapter.text))
            .collect())
    }

    #[test]
    fn a_page_is_what_stands_above_its_module() {
        let source = "//! Pages.\n\n// Why.\n#[doc = include_str!(\"a.md\")]\n/// # More\n///\n/// Text.\npub mod a {}\n\n#[doc = include_str!(\"b.md\")]\npub mod b {}\n";
        let expected = [
            ("a".to_owned(), "[a.md]\n# More\n\nText.\n".to_owned()),
            ("b".to_owned(), "[b.md]\n".to_owned()),
        ];
        assert_eq!(chapters(source).unwrap(), expected);
    }

    #[test]
    fn what_is_not_understood_is_no_page() {
        for source in [
            "fn main() {}",
            "pub mod a;",
            "#[doc = include_str!(\"a.md\" )]",
        ] {
            let error = chapters(source).unwrap_err().to_string();
            assert!(error.starts_with("not understood"), "{error}");
        }
    }
}
