//! The keys of the attribute. How a value is read stands in the file of its key,
//! in `callable` or `closure` where several keys share a form, or in `simple`.

pub(crate) mod backoff;
pub(crate) mod budget;
pub(crate) mod callable;
pub(crate) mod closure;
pub(crate) mod hedge;
mod jitter;
pub(crate) mod setting;
mod simple;
mod suggest;

use self::backoff::Backoff;
use self::budget::Budget;
use self::callable::Call;
use self::closure::{Fallback, Hook};
use self::hedge::Hedge;
use self::setting::{Setting, Spanned};
use crate::syntax::errors::Faults;
use proc_macro2::{Span, TokenStream};
use retry_words::Jitter;
use std::time::Duration;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprPath, Ident, LitStr, Path, Token};

/// Declares the keys once: the struct, the list for messages, the dispatch.
macro_rules! keys {
    ($($field:ident, $key:literal: $ty:ty = $parse:path;)*) => {
        /// What was written, key by key.
        #[derive(Default, Clone)]
        pub(crate) struct Options {
            /// The keys as they were written.
            keys: Vec<Ident>,
            /// The keys that are `none`.
            lifted: Vec<&'static str>,
            $(pub(crate) $field: Option<$ty>,)*
        }

        const KEYS: &[&str] = &[$($key),*];

        impl Options {
            fn read(&mut self, key: &Ident, input: ParseStream, faults: &mut Faults) -> syn::Result<()> {
                match key.unraw().to_string().as_str() {
                    $($key => {
                        if self.$field.is_some() || self.is_lifted($key) {
                            faults.at(key.span(), format!("`{}` is given twice: keep one of them", $key));
                        }
                        let input = value_of(key, input)?;
                        if LIFTED_BY_NONE.contains(&$key) && is_none(input) {
                            input.parse::<Ident>()?;
                            self.lifted.push($key);
                        } else {
                            let value = $parse(input);
                            self.$field = Some(value.map_err(|error| ends_early(key, error))?);
                        }
                        self.keys.push(key.clone());
                        Ok(())
                    })*
                    other => Err(syn::Error::new(key.span(), unknown(other))),
                }
            }

            /// These options, and those of `base` where these say nothing.
            pub(crate) fn or(mut self, base: Options) -> Options {
                self.keys.extend(base.keys);
                $(if self.$field.is_none() && !self.is_lifted($key) {
                    self.$field = base.$field;
                    self.lifted.extend(base.lifted.iter().find(|lifted| **lifted == $key));
                })*
                self
            }
        }
    };
}

keys! {
    max, "max": Setting<u32> = simple::max;
    backoff, "backoff": Backoff = backoff::parse;
    jitter, "jitter": Spanned<Jitter> = jitter::parse;
    on, "on": Call = callable::on;
    on_ok, "on_ok": Call = callable::on_ok;
    timeout, "timeout": Setting<Duration> = simple::timeout;
    deadline, "deadline": Setting<Duration> = simple::deadline;
    elapsed, "elapsed": Call = callable::elapsed;
    budget, "budget": Budget = budget::parse;
    breaker, "breaker": Expr = simple::breaker;
    rejected, "rejected": Call = callable::rejected;
    hedge, "hedge": Hedge = hedge::parse;
    nested, "nested": () = simple::nested;
    before_retry, "before_retry": Hook = closure::before_retry;
    fallback, "fallback": Fallback = closure::fallback;
    attempt, "attempt": Ident = simple::attempt;
    policy, "policy": Expr = simple::policy;
    key, "key": Ident = simple::key;
    strict, "strict": () = simple::strict;
    spans, "spans": () = simple::spans;
    name, "name": LitStr = simple::name;
    sleep, "sleep": ExprPath = simple::sleep;
    crate_path, "crate": Path = simple::crate_path;
}

impl Options {
    /// Whether a key is `none`: not what an impl block or a policy says of it.
    pub(crate) fn is_lifted(&self, key: &str) -> bool {
        self.lifted.contains(&key)
    }

    /// The place where a key was written, unless as `none`.
    pub(crate) fn span_of(&self, key: &str) -> Option<Span> {
        if self.is_lifted(key) {
            return None;
        }
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

/// Keys that are left out by `none`; `backoff`, `jitter` and `budget` mean
/// something by it.
const LIFTED_BY_NONE: &[&str] = &[
    "on",
    "on_ok",
    "timeout",
    "deadline",
    "elapsed",
    "breaker",
    "rejected",
    "hedge",
    "before_retry",
    "fallback",
    "policy",
    "sleep",
];

/// Whether the value is the bare word `none`.
fn is_none(input: ParseStream) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok_and(|word| word == "none")
        && (ahead.is_empty() || ahead.peek(Token![,]))
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
    match suggest::known_as(key).or_else(|| suggest::misspelt(key, KEYS)) {
        Some(near) => {
            format!("there is no key `{key}`: did you mean `{near}`? The keys are {known}")
        }
        None => format!("there is no key `{key}`. The keys are {known}"),
    }
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
