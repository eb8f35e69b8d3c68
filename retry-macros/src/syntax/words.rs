//! The words of a piece of code, at any depth. A walk over tokens is one of the dearest
//! things a macro does in a debug build, so that a body is walked over once, and asked as
//! often as need be.

use proc_macro2::{Ident, TokenStream, TokenTree};
use std::rc::Rc;
use syn::ext::IdentExt;

#[derive(Clone)]
pub(crate) struct Words(Rc<Counted>);

#[derive(Default)]
struct Counted {
    /// As they are written: `r#name` and `name` are two.
    idents: Vec<String>,
    literals: Vec<String>,
    /// All tokens, a group's two delimiters too.
    tokens: usize,
}

impl Words {
    pub(crate) fn of(tokens: TokenStream) -> Self {
        let mut counted = Counted::default();
        counted.add(tokens);
        Self(Rc::new(counted))
    }

    /// Whether one of these identifiers is among them.
    pub(crate) fn contain_any(&self, names: &[&str]) -> bool {
        let idents = &self.0.idents;
        idents.iter().any(|ident| names.contains(&ident.as_str()))
    }

    /// Whether a variable is used, as `{name}` in the string of a `format!` too. `r#name`
    /// is the same variable.
    pub(crate) fn mention(&self, name: &Ident) -> bool {
        let name = name.unraw().to_string();
        let formatted = format!("{{{name}");
        let is_name = |ident: &String| ident.strip_prefix("r#").unwrap_or(ident) == name;
        self.0.idents.iter().any(is_name)
            || self.0.literals.iter().any(|text| text.contains(&formatted))
    }

    /// How many tokens there are.
    pub(crate) fn tokens(&self) -> usize {
        self.0.tokens
    }
}

impl Counted {
    fn add(&mut self, tokens: TokenStream) {
        for token in tokens {
            self.tokens += 1;
            match token {
                TokenTree::Ident(ident) => self.idents.push(ident.to_string()),
                TokenTree::Literal(literal) => self.literals.push(literal.to_string()),
                TokenTree::Group(group) => {
                    self.tokens += 1;
                    self.add(group.stream());
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;
    use quote::{format_ident, quote};

    #[test]
    fn words_are_found_at_any_depth() {
        let words = Words::of(quote!(f([{ self.given }]); let r#type = "of {shown:?}";));
        let mentions = |name: &str| words.mention(&format_ident!("{name}"));
        assert!(mentions("given") && mentions("type") && mentions("shown"));
        assert!(words.mention(&format_ident!("r#given")));
        assert!(!mentions("of") && !mentions("giv"));
        assert!(words.contain_any(&["not", "given"]));
        assert!(!words.contain_any(&["type", "shown"]));
    }

    #[test]
    fn the_delimiters_of_a_group_are_two_tokens() {
        assert_eq!(Words::of(quote!(f(a, [1]);)).tokens(), 9);
        assert_eq!(Words::of(quote!()).tokens(), 0);
    }
}
