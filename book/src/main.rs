//! The guide as a book that is read front to back: `cargo run -p retry-book` builds it into
//! `target/book/html`. Its pages are those of the module `retry_runtime::guide`, where
//! rustdoc tests their examples; here their links are made those of a book.
//!
//! `cargo run -p retry-book -- --draw` draws the sequence diagrams anew.

mod chapters;
mod diagrams;
mod links;
mod readme;
mod rendered;
mod sequence;

use mdbook::MDBook;
use mdbook::config::Config;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let root = workspace();
    match env::args().nth(1).as_deref() {
        None => {
            let built = build(&root, &root.join("target/book"))?;
            println!("{}", built.join("index.html").display());
            Ok(())
        }
        Some("--draw") => diagrams::draw(&root),
        Some(other) => Err(format!(
            "`{other}`: no argument builds the book, `--draw` draws its diagrams"
        )
        .into()),
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Writes the pages as a book has them, and has mdBook render them; then follows every
/// link between them. Returns the directory of the HTML.
fn build(root: &Path, target: &Path) -> Outcome<PathBuf> {
    let pages = target.join("pages");
    if pages.exists() {
        fs::remove_dir_all(&pages)?;
    }
    fs::create_dir_all(&pages)?;
    let items = links::Items::of(root)?;
    let chapters = chapters::all(root)?;
    let summary = fs::read_to_string(root.join("book/SUMMARY.md"))?;
    for chapter in &chapters {
        let title = title(&summary, &chapter.name)
            .ok_or_else(|| format!("book/SUMMARY.md lacks `guide::{}`", chapter.name))?;
        let text = links::as_in_a_book(&chapter.text, &items)
            .map_err(|error| format!("{}: {error}", chapter.name))?;
        let text = format!("# {title}\n\n{text}");
        fs::write(pages.join(format!("{}.md", chapter.name)), text)?;
    }
    fs::write(pages.join("SUMMARY.md"), summary)?;
    readme::check(root, &chapters)?;

    let mut config = Config::from_disk(root.join("book/book.toml"))?;
    config.book.src = pages;
    config.build.build_dir = target.join("html");
    // A page that the summary names and the guide has not is a fault, no empty page.
    config.build.create_missing = false;
    MDBook::load_with_config(root.join("book"), config)?.build()?;
    let html = target.join("html");
    rendered::check(&html)?;
    Ok(html)
}

/// What the summary calls a chapter, `- [Title](name.md)`. rustdoc has the module's name.
fn title<'s>(summary: &'s str, name: &str) -> Option<&'s str> {
    let end = format!("]({name}.md)");
    let mut lines = summary.lines();
    lines.find_map(|line| line.strip_suffix(&end)?.strip_prefix("- ["))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_chapter_has_the_title_of_the_summary() {
        let summary = "# Summary\n\n- [Which errors](errors.md)\n";
        assert_eq!(super::title(summary, "errors"), Some("Which errors"));
        assert_eq!(super::title(summary, "rors"), None);
    }

    #[test]
    fn the_book_is_built_and_its_links_lead_somewhere() {
        let target = super::workspace().join("target/book-of-the-tests");
        super::build(&super::workspace(), &target).unwrap();
    }
}
