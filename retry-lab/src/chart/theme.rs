//! Colours: fixed ones for a picture, and those of the style sheet for a page.

use std::fmt::Write;

/// Where a plot is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// On white paper.
    Paper,
    /// In a page that has the colours of [`style`](Theme::style), light or dark as its reader has it.
    Page,
}

/// What is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Paper,
    Ink,
    Faint,
    /// The trouble is the first, what is done about it another one.
    Shade(usize),
    /// The words above it.
    Shaded(usize),
}

/// Colours that colour-blind readers tell apart (after Okabe and Ito), on white and on
/// black, each with a dash, so that lines in one place do not hide each other. The first is
/// that of the stressed line.
const LINES: [(&str, &str, &str); 11] = [
    ("#0072b2", "#58b5ff", "none"),
    ("#333333", "#e8e8e8", "none"),
    ("#d55e00", "#ff8f3f", "none"),
    ("#009e73", "#2fd1a3", "7 3"),
    ("#cc79a7", "#f0a5cd", "none"),
    ("#b07c00", "#f0c04a", "7 3"),
    ("#56a0d3", "#9fd3f5", "2 3"),
    ("#7a5c00", "#c9a95a", "2 3"),
    ("#8b0000", "#ff7b7b", "5 2 1 2"),
    ("#777777", "#a5a5a5", "5 3"),
    ("#6b6b2a", "#cccc66", "none"),
];

impl Theme {
    /// The colours of [`Theme::Page`].
    #[must_use]
    pub fn style() -> String {
        let lines = |dark: bool| {
            let mut style = String::new();
            for (number, (light, on_dark, _)) in LINES.into_iter().enumerate() {
                let colour = if dark { on_dark } else { light };
                // Writing to a string cannot fail.
                let _ = write!(style, "--line-{number}:{colour};");
            }
            style
        };
        format!(
            ":root{{color-scheme:light dark;--paper:#fff;--ink:#1c1e21;--faint:#5c6370;\
             --grid:#e3e6ea;--shade:#f6e4e0;--shaded:#9a3b26;--shade-2:#e2eef4;--shaded-2:#2d5f78;--row:#f5f7f9;{}}}\n\
             @media(prefers-color-scheme:dark){{:root{{--paper:#14171a;--ink:#e6e8eb;\
             --faint:#9aa3ad;--grid:#2b3138;--shade:#3a2320;--shaded:#f0a08c;--shade-2:#1c2f3a;--shaded-2:#8cc4e0;--row:#1b1f24;{}}}}}\n",
            lines(false),
            lines(true)
        )
    }

    pub(super) fn fill(self, paint: Paint) -> String {
        let (paper, page) = match paint {
            Paint::Paper => ("#ffffff", "paper"),
            Paint::Ink => ("#1c1e21", "ink"),
            Paint::Faint => ("#5c6370", "faint"),
            Paint::Shade(0) => ("#f6e4e0", "shade"),
            Paint::Shaded(0) => ("#9a3b26", "shaded"),
            Paint::Shade(_) => ("#e2eef4", "shade-2"),
            Paint::Shaded(_) => ("#2d5f78", "shaded-2"),
        };
        match self {
            Self::Paper => format!("fill=\"{paper}\""),
            Self::Page => format!("style=\"fill:var(--{page})\""),
        }
    }

    pub(super) fn grid(self) -> &'static str {
        match self {
            Self::Paper => "stroke=\"#e3e6ea\"",
            Self::Page => "style=\"stroke:var(--grid)\"",
        }
    }

    /// How a line is drawn; `None` is the stressed one.
    pub(super) fn stroke(self, number: Option<usize>) -> String {
        let place = number.map_or(0, |number| 1 + number % (LINES.len() - 1));
        let (colour, _, dash) = LINES[place];
        let width = if number.is_none() { 2.8 } else { 1.6 };
        let colour = match self {
            Self::Paper => format!("stroke=\"{colour}\""),
            Self::Page => format!("style=\"stroke:var(--line-{place})\""),
        };
        format!(
            "fill=\"none\" {colour} stroke-width=\"{width}\" stroke-dasharray=\"{dash}\" \
             stroke-linejoin=\"round\" stroke-linecap=\"round\""
        )
    }
}
