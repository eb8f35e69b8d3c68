//! The keys of the attribute. **An option's name is its file's name**: how
//! `jitter = ..` is read stands in `options/jitter.rs`.

mod attempt;
mod backoff;
mod before_retry;
mod breaker;
mod budget;
mod crate_path;
mod deadline;
mod elapsed;
mod fallback;
mod hedge;
pub(crate) mod inlined;
mod jitter;
mod key;
mod max;
mod name;
mod nested;
mod on;
mod on_ok;
mod policy;
mod rejected;
mod sleep;
mod spans;
mod strict;
mod timeout;

pub(crate) use backoff::Backoff;
pub(crate) use before_retry::Hook;
pub(crate) use budget::Budget;
pub(crate) use fallback::Fallback;
pub(crate) use hedge::Hedge;
pub(crate) use inlined::Kind as InlinedKind;
pub(crate) use on::Call;

use crate::faults::Faults;
use crate::literal::{Setting, Spanned};
use proc_macro2::{Span, TokenStream};
use retry_words::Jitter;
use std::time::Duration;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprPath, Ident, LitStr, Path, Token};

/// Declares the keys once: the struct, the list for messages, the dispatch.
macro_rules! keys {
    ($($module:ident, $key:literal: $ty:ty;)*) => {
        /// What was written, key by key.
        #[derive(Default, Clone)]
        pub(crate) struct Options {
            /// The keys as they were written.
            keys: Vec<Ident>,
            $(pub(crate) $module: Option<$ty>,)*
        }

        const KEYS: &[&str] = &[$($key),*];

        impl Options {
            fn read(&mut self, key: &Ident, input: ParseStream, faults: &mut Faults) -> syn::Result<()> {
                match key.unraw().to_string().as_str() {
                    $($key => {
                        if self.$module.is_some() {
                            faults.at(key.span(), format!("`{}` is given twice: keep one of them", $key));
                        }
                        let value = $module::parse(value_of(key, input)?);
                        self.$module = Some(value.map_err(|error| ends_early(key, error))?);
                        self.keys.push(key.clone());
                        Ok(())
                    })*
                    other => Err(syn::Error::new(key.span(), unknown(other))),
                }
            }

            /// These options, and those of `base` where these say nothing.
            pub(crate) fn or(self, base: Options) -> Options {
                let keys = self.keys.into_iter().chain(base.keys).collect();
                Options { keys, $($module: self.$module.or(base.$module),)* }
            }
        }
    };
}

keys! {
    max, "max": Setting<u32>;
    backoff, "backoff": Backoff;
    jitter, "jitter": Spanned<Jitter>;
    on, "on": Call;
    on_ok, "on_ok": Call;
    timeout, "timeout": Setting<Duration>;
    deadline, "deadline": Setting<Duration>;
    elapsed, "elapsed": Call;
    budget, "budget": Budget;
    breaker, "breaker": Expr;
    rejected, "rejected": Call;
    hedge, "hedge": Hedge;
    nested, "nested": ();
    before_retry, "before_retry": Hook;
    fallback, "fallback": Fallback;
    attempt, "attempt": Ident;
    policy, "policy": Expr;
    key, "key": Ident;
    strict, "strict": ();
    spans, "spans": ();
    name, "name": LitStr;
    sleep, "sleep": ExprPath;
    crate_path, "crate": Path;
}

impl Options {
    /// The place where a key was written.
    pub(crate) fn span_of(&self, key: &str) -> Option<Span> {
        self.keys
            .iter()
            .find(|written| written.unraw() == key)
            .map(Ident::span)
    }

    /// Refuses the keys that make no sense on another attribute than
    /// `#[retry]`.
    pub(crate) fn allow_only(&self, allowed: &[&str], attribute: &str, faults: &mut Faults) {
        for key in &self.keys {
            let name = key.unraw().to_string();
            if !allowed.contains(&name.as_str()) {
                faults.at(
                    key.span(),
                    format!(
                        "`#[{attribute}]` has no key `{name}`: it takes {}",
                        list(allowed)
                    ),
                );
            }
        }
    }

    /// Reads the attribute's tokens; what is wrong goes to `faults`, what is
    /// right stays.
    pub(crate) fn parse(tokens: TokenStream, faults: &mut Faults) -> Self {
        let mut options = Self::default();
        let read = |input: ParseStream| {
            while !input.is_empty() {
                let result = options.read_one(input, faults);
                if let Err(error) = result {
                    faults.push(error);
                    skip_to_next_key(input)?;
                }
            }
            Ok(())
        };
        let result = read.parse2(tokens);
        faults.take(result);
        options
    }

    fn read_one(&mut self, input: ParseStream, faults: &mut Faults) -> syn::Result<()> {
        let key = Ident::parse_any(input).map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("expected a key: one of {}", list(KEYS)),
            )
        })?;
        self.read(&key, input, faults)?;
        if input.is_empty() {
            return Ok(());
        }
        input.parse::<Token![,]>().map(drop).map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("expected `,` after the value of `{key}`"),
            )
        })
    }
}

/// A value that ends too early has no token to point at, and syn points at the
/// whole attribute then.
fn ends_early(key: &Ident, error: syn::Error) -> syn::Error {
    if error.to_string().starts_with("unexpected end of input") {
        syn::Error::new(
            key.span(),
            format!("the value of `{key}` is not complete: {error}"),
        )
    } else {
        error
    }
}
/// Keys that stand alone.
const FLAGS: &[&str] = &["spans", "strict"];

/// Steps over the `=`.
fn value_of<'a>(key: &Ident, input: ParseStream<'a>) -> syn::Result<ParseStream<'a>> {
    if FLAGS.iter().any(|flag| key == flag) {
        return if input.peek(Token![=]) {
            Err(syn::Error::new(
                key.span(),
                format!("`{key}` has no value: write `{key}` alone"),
            ))
        } else {
            Ok(input)
        };
    }
    // `hedge(50ms, 2)` reads as well as `hedge = hedge(50ms, 2)`.
    if key == "hedge" && input.peek(syn::token::Paren) {
        return Ok(input);
    }
    if input.peek(Token![=]) && !input.peek(Token![==]) {
        input.parse::<Token![=]>()?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Ok(input);
        }
    }
    Err(syn::Error::new(
        key.span(),
        format!("`{key}` needs a value: write `{key} = ..`"),
    ))
}

/// Skips what belongs to a value that could not be read: up to a comma that a
/// key follows.
fn skip_to_next_key(input: ParseStream) -> syn::Result<()> {
    while !input.is_empty() {
        let at_comma = input.peek(Token![,]);
        input.step(|cursor| {
            let (_, rest) = cursor
                .token_tree()
                .ok_or_else(|| cursor.error("expected a token"))?;
            Ok(((), rest))
        })?;
        if at_comma && (input.is_empty() || (input.peek(Ident::peek_any) && input.peek2(Token![=])))
        {
            break;
        }
    }
    Ok(())
}

fn unknown(key: &str) -> String {
    let known = list(KEYS);
    match nearest(key).or_else(|| misspelt(key)) {
        Some(near) => {
            format!("there is no key `{key}`: did you mean `{near}`? The keys are {known}")
        }
        None => format!("there is no key `{key}`. The keys are {known}"),
    }
}

/// The key that was meant, where at most two letters are wrong.
fn misspelt(key: &str) -> Option<&'static str> {
    let (distance, near) = KEYS
        .iter()
        .map(|known| (distance(key, known), *known))
        .min()?;
    (distance <= 2 && distance < near.len() / 2).then_some(near)
}

/// How many letters are to be put in, left out or changed to make `b` of `a`;
/// two letters swapped count as two.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        row[0] = left;
        for (j, b) in b.iter().enumerate() {
            let changed = corner + usize::from(a != *b);
            corner = row[j + 1];
            left = changed.min(corner + 1).min(left + 1);
            row[j + 1] = left;
        }
    }
    row[b.len()]
}

/// What people coming from other crates write for a key.
fn nearest(key: &str) -> Option<&'static str> {
    Some(match key {
        "max_retries" | "retries" | "times" | "attempts" | "max_attempts" | "tries" | "limit" => {
            "max"
        }
        "delay" | "strategy" | "interval" | "wait" => "backoff",
        "when" | "retry_if" | "if" | "condition" | "retry_on" | "retryable" => "on",
        "retry_if_ok" | "on_result" | "when_ok" => "on_ok",
        "time_out" | "attempt_timeout" => "timeout",
        "total" | "total_delay" | "max_elapsed" | "max_elapsed_time" => "deadline",
        "notify" | "on_retry" | "before" | "hook" => "before_retry",
        "sleeper" | "timer" => "sleep",
        _ => return None,
    })
}

/// `a, b, c` as Rust code in a message.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// An expression, out of the invisible brackets that a fragment of a macro such
/// as `$backoff:literal` comes in.
fn expr(input: ParseStream) -> syn::Result<Expr> {
    let mut expr = input.parse()?;
    while let Expr::Group(group) = expr {
        expr = *group.expr;
    }
    match &expr {
        Expr::Path(path) if path.path.is_ident("crate") || path.path.is_ident("super") => {
            let message =
                "a module is no value: write a path into it, such as `crate::retries::PATIENT`";
            Err(syn::Error::new_spanned(path, message))
        }
        _ => Ok(expr),
    }
}

/// The span of a whole expression.
fn span_of(tokens: &impl quote::ToTokens) -> Span {
    syn::spanned::Spanned::span(tokens)
}
