//! Which functions a rule is about.

use serde::Deserialize;
use std::cmp::Reverse;
use std::fmt;

/// The full name of a function, a prefix of names that ends in `*`, or `default`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern(String);

impl Pattern {
    /// What holds for functions that no other pattern names.
    const DEFAULT: &'static str = "default";

    pub(super) fn is_default(&self) -> bool {
        self.0 == Self::DEFAULT
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        if self.is_default() {
            return true;
        }
        // `/pkg.Svc/Method` is how requests have it, `pkg.Svc/Method` how logs and metrics do.
        let pattern = self.0.strip_prefix('/').unwrap_or(&self.0);
        let name = name.strip_prefix('/').unwrap_or(name);
        match pattern.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => pattern == name,
        }
    }

    /// Sorts the most specific first: a full name, then the longer prefix, then the default.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        let is_prefix = self.0.ends_with('*');
        Reverse((!self.is_default(), !is_prefix, self.0.len()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let inner = text.strip_suffix('*').unwrap_or(&text);
        if inner.contains('*') {
            return Err(format!(
                "the pattern `{text}` has a `*` that is not its end: write a full name, such as \
                 `app::orders::place`, or a prefix, such as `app::orders::*`"
            ));
        }
        if text.trim() != text || text.is_empty() {
            return Err(format!(
                "the pattern `{text}` is empty or has spaces around it: write a full name, such \
                 as `app::orders::place`, or a prefix, such as `app::orders::*`"
            ));
        }
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn pattern(text: &str) -> Pattern {
        Pattern::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_pattern_is_a_name_or_a_prefix() {
        for (text, name, expected) in [
            ("app::get", "app::get", true),
            ("app::get", "app::get_all", false),
            ("app::*", "app::get", true),
            ("app::*", "application::get", false),
            ("*", "/users.Users/Get", true),
            ("/users.Users/*", "/users.Users/Get", true),
            ("/users.Users/Get", "users.Users/Get", true),
            ("users.Users/*", "/users.Users/Get", true),
            ("/users.User/*", "users.Users/Get", false),
            ("default", "app::get", true),
        ] {
            assert_eq!(pattern(text).matches(name), expected, "{text} {name}");
        }
        for wrong in ["", "a*b", "**", " app"] {
            assert!(Pattern::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_longer_one_comes_first() {
        let mut all = ["default", "*", "app::*", "app::users::*", "app::u"].map(pattern);
        all.sort_by_key(Pattern::rank);
        let sorted = all.map(|pattern| pattern.to_string());
        assert_eq!(
            sorted,
            ["app::u", "app::users::*", "app::*", "*", "default"]
        );
    }
}
