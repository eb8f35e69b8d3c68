//! The guide as a book that is read front to back: `cargo run -p retry-book` builds it into
//! `target/book/html`. Its pages are those of the module `retry_runtime::guide`, where
//! rustdoc tests their examples; here their links are made those of a book.
//!
//! `cargo run -p retry-book -- --draw` draws the sequence diagrams anew.

mod chapters;
mod diagrams;
mod links;
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
    for chapter in chapters::all(root)? {
        let text = links::as_in_a_book(&chapter.text, &items)
            .map_err(|error| format!("{}: {error}", chapter.name))?;
        fs::write(pages.join(format!("{}.md", chapter.name)), text)?;
    }
    fs::copy(root.join("book/SUMMARY.md"), pages.join("SUMMARY.md"))?;

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

#[cfg(test)]
mod tests {
    #[test]
    fn the_book_is_built_and_its_links_lead_somewhere() {
        let target = super::workspace().join("target/book-of-the-tests");
        super::build(&super::workspace(), &target).unwrap();
    }
}
