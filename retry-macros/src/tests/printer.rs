//! Writes expansions down so that they can be read: a statement a line, and what is the
//! runtime's by its name alone.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// What generated code calls the runtime, in all places.
const ALIASES: &[&str] = &["__retry", "__retry_checks"];

/// The longest block of statements that is written in one line.
const WIDTH: usize = 80;

/// `(__retry::Operand)(x).__pass()` as `Operand(x)`, all of it in one line.
pub(crate) fn line(tokens: TokenStream) -> String {
    let tokens = without_runtime(tokens);
    let mut text = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        if before.is_some_and(|before| is_apart(before, token)) {
            text.push(' ');
        }
        match token {
            TokenTree::Group(group) => text += &in_line(group),
            other => text += &word(other),
        }
    }
    text
}

/// `__retry_call` as `call`: no test has that name for anything of its own.
fn word(token: &TokenTree) -> String {
    let word = token.to_string();
    if word.starts_with("__private_") {
        // Without the version.
        return "private".to_owned();
    }
    let short = word
        .strip_prefix("__retry_")
        .or(word.strip_prefix("__RETRY_"));
    short.map_or_else(|| word.clone(), ToOwned::to_owned)
}

fn in_line(group: &Group) -> String {
    let inside = line(group.stream());
    let is_check = ["Operand", "OperandOfIdempotent", "Operands", "operands_of"];
    match group.delimiter() {
        Delimiter::Parenthesis if is_check.contains(&inside.as_str()) => inside,
        Delimiter::Brace if inside.is_empty() => "{}".to_owned(),
        Delimiter::Brace => format!("{{ {inside} }}"),
        Delimiter::Parenthesis => format!("({inside})"),
        Delimiter::Bracket => format!("[{inside}]"),
        Delimiter::None => inside,
    }
}

/// Without `__retry::`, and without the call of a method that each check ends in.
fn without_runtime(tokens: TokenStream) -> Vec<TokenTree> {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    let is = |token: &TokenTree, names: &[&str]| matches!(token, TokenTree::Ident(ident) if names.iter().any(|name| ident == name));
    let is_colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    let mut at = 0;
    while at < tokens.len() {
        if is(&tokens[at], ALIASES) && is_colon(tokens.get(at + 1)) {
            drop(tokens.drain(at..at + 3));
        } else if is(&tokens[at], &["retry_runtime"]) && at > 1 && is_colon(tokens.get(at - 1)) {
            drop(tokens.drain(at - 2..at + 3));
            at -= 2;
        } else if is(&tokens[at], &["__pass"]) {
            drop(tokens.drain(at - 1..at + 2));
            at -= 1;
        } else {
            at += 1;
        }
    }
    tokens
}

/// Whether there is a space between two tokens.
fn is_apart(before: &TokenTree, after: &TokenTree) -> bool {
    match (before, after) {
        (TokenTree::Punct(before), _) if before.spacing() == Spacing::Joint => false,
        (_, TokenTree::Punct(after)) if ".,;:?".contains(after.as_char()) => false,
        (TokenTree::Punct(before), _) => !".:&!#'*|".contains(before.as_char()),
        (_, TokenTree::Punct(after)) => !"!|".contains(after.as_char()),
        (_, TokenTree::Group(after)) => after.delimiter() == Delimiter::Brace,
        _ => true,
    }
}

/// A statement a line, however long it is.
pub(crate) fn lines(tokens: TokenStream) -> Vec<String> {
    let mut printer = Printer::default();
    printer.print(tokens);
    printer.end();
    printer.lines
}

#[derive(Default)]
struct Printer {
    lines: Vec<String>,
    line: String,
    depth: usize,
}

impl Printer {
    fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            let indent = "  ".repeat(self.depth);
            self.lines.push(format!("{indent}{line}"));
        }
    }

    /// A line ends behind a statement, and behind a block that nothing goes on with.
    fn print(&mut self, tokens: TokenStream) {
        let tokens = without_runtime(tokens);
        for (at, token) in tokens.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &tokens[at]);
            if !self.line.is_empty() && before.is_some_and(|before| is_apart(before, token)) {
                self.line.push(' ');
            }
            match token {
                TokenTree::Group(group)
                    if has_statements(group) && in_line(group).len() > WIDTH =>
                {
                    self.block(group);
                    let goes_on = match tokens.get(at + 1) {
                        Some(TokenTree::Punct(punct)) => ".,;?=".contains(punct.as_char()),
                        Some(TokenTree::Ident(ident)) => ident == "else",
                        Some(TokenTree::Group(_)) => true,
                        _ => false,
                    };
                    if !goes_on && group.delimiter() == Delimiter::Brace {
                        self.end();
                    }
                }
                TokenTree::Group(group) => self.line += &in_line(group),
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    self.line.push(';');
                    self.end();
                }
                other => self.line += &word(other),
            }
        }
    }

    fn block(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Brace => ('{', '}'),
            _ => ('(', ')'),
        };
        self.line.push(open);
        if open == '{' {
            self.end();
            self.depth += 1;
        }
        self.print(group.stream());
        if open == '{' {
            self.end();
            self.depth -= 1;
        }
        self.line.push(close);
    }
}

/// Whether there is a statement in it, at any depth.
fn has_statements(group: &Group) -> bool {
    group.delimiter() != Delimiter::Bracket
        && group.stream().into_iter().any(|token| match token {
            TokenTree::Group(inner) => has_statements(&inner),
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        })
}
