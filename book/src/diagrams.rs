//! The sequence diagrams: each `.mmd` beside its `.svg`, which rustdoc and the book show.

use crate::Outcome;
use crate::sequence::Diagram;
use std::fs;
use std::path::{Path, PathBuf};

/// Draws all of them anew.
pub(crate) fn draw(root: &Path) -> Outcome<()> {
    for source in sources(root)? {
        fs::write(source.with_extension("svg"), drawn(&source)?)?;
        println!("{}", source.with_extension("svg").display());
    }
    Ok(())
}

fn sources(root: &Path) -> Outcome<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(root.join("retry-runtime/docs/diagrams"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "mmd") {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(sources)
}

fn drawn(source: &Path) -> Outcome<String> {
    let diagram: Diagram = fs::read_to_string(source)?
        .parse()
        .map_err(|error| format!("{}: {error}", source.display()))?;
    Ok(diagram.to_svg())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_drawn_from_the_sources() {
        let sources = sources(&crate::workspace()).unwrap();
        assert!(sources.len() >= 3, "{sources:?}");
        for source in sources {
            let shown = fs::read_to_string(source.with_extension("svg")).unwrap_or_default();
            assert!(
                shown == drawn(&source).unwrap(),
                "{} is not as it was drawn: run `cargo run -p retry-book -- --draw`",
                source.display()
            );
        }
    }
}
