//! Which functions are meant.

use std::fmt;

/// A name, in which one `*` stands for anything.
#[derive(Clone)]
pub(super) struct NamePattern {
    text: String,
    star: Option<usize>,
}

impl NamePattern {
    #[track_caller]
    pub(super) fn new(text: &str) -> Self {
        let star = text.find('*');
        assert!(
            star == text.rfind('*'),
            "`{text}` is no pattern: one `*` stands for anything, as in `app::*` or `*::get`"
        );
        Self {
            text: text.to_owned(),
            star,
        }
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        match self.star {
            None => name == self.text,
            Some(star) => {
                let (before, after) = (&self.text[..star], &self.text[star + 1..]);
                name.strip_prefix(before)
                    .is_some_and(|rest| rest.ends_with(after))
            }
        }
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::NamePattern;

    #[test]
    fn a_star_stands_for_anything_and_all_else_for_itself() {
        for (pattern, name, matches) in [
            ("app::get", "app::get", true),
            ("app::get", "app::get_all", false),
            ("app::*", "app::Users::get", true),
            ("app::*", "apps::get", false),
            ("*::get", "app::Users::get", true),
            ("*::get", "app::forget", false),
            ("*", "app::get", true),
            ("app::*::get", "app::Users::get", true),
            ("ab*ba", "aba", false),
            ("", "app::get", false),
        ] {
            assert_eq!(
                NamePattern::new(pattern).matches(name),
                matches,
                "{pattern} {name}"
            );
        }
    }

    #[test]
    #[should_panic = "`*::*` is no pattern"]
    fn two_stars_are_refused() {
        let _ = NamePattern::new("*::*");
    }
}
