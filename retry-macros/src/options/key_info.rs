//! What the table of keys says of a key, and how a key is read by it.

use super::spanned_key::SpannedKey;
use crate::syntax::errors::Errors;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, token};

/// A line of the table of keys.
pub(super) struct KeyInfo {
    pub(super) name: &'static str,
    /// What it is for, in a few words.
    pub(super) help: &'static str,
    pub(super) form: Form,
    pub(super) on_none: OnNone,
    /// What people coming from other crates write for it.
    pub(super) elsewhere: &'static [&'static str],
}

/// How a key and its value are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `key = value`
    Value,
    /// `key = value` or `key(arguments)`
    ValueOrArguments,
    /// `key` alone.
    Flag,
}

/// What `key = none` does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnNone {
    /// The key is left out, whatever an impl block or a policy says of it.
    Lifts,
    /// Nothing of its own: it is read like any other value.
    IsRead,
}

impl KeyInfo {
    /// Reads what follows the key into its field.
    pub(super) fn read<T>(
        &self,
        key: &Ident,
        field: &mut SpannedKey<T>,
        read: fn(ParseStream) -> syn::Result<T>,
        input: ParseStream,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        if field.key().is_some() {
            let message = format!("`{}` is given twice: keep one of them", self.name);
            errors.at(key.span(), message);
        }
        self.step_to_value(key, input)?;
        let key = key.clone();
        *field = if self.on_none == OnNone::Lifts && is_none(input) {
            input.parse::<Ident>()?;
            SpannedKey::Lifted(key)
        } else {
            let value = read(input).map_err(|error| at_key_if_incomplete(&key, error))?;
            SpannedKey::Given { key, value }
        };
        Ok(())
    }

    /// Reads the `=`, where the form has one.
    fn step_to_value(&self, key: &Ident, input: ParseStream) -> syn::Result<()> {
        let message = match self.form {
            Form::Flag if input.peek(Token![=]) => {
                format!("`{key}` has no value: write `{key}` alone")
            }
            Form::Flag => return Ok(()),
            Form::ValueOrArguments if input.peek(token::Paren) => return Ok(()),
            Form::Value | Form::ValueOrArguments => {
                if input.peek(Token![=]) && !input.peek(Token![==]) {
                    input.parse::<Token![=]>()?;
                    if !input.is_empty() && !input.peek(Token![,]) {
                        return Ok(());
                    }
                }
                format!("`{key}` needs a value: write `{key} = ..`")
            }
        };
        Err(syn::Error::new(key.span(), message))
    }
}

/// Whether the value is the bare word `none`.
fn is_none(input: ParseStream) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok_and(|word| word == "none")
        && (ahead.is_empty() || ahead.peek(Token![,]))
}

/// Of a value that ends too early, syn reports the span of the whole attribute, since no
/// token is left to point at; the key is nearer.
fn at_key_if_incomplete(key: &Ident, error: syn::Error) -> syn::Error {
    if error.to_string().starts_with("unexpected end of input") {
        let message = format!("the value of `{key}` is not complete: {error}");
        syn::Error::new(key.span(), message)
    } else {
        error
    }
}

/// Skips what belongs to a value that could not be read: up to a comma that a
/// key follows.
pub(super) fn skip_to_next_key(input: ParseStream) -> syn::Result<()> {
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

/// The names of the keys, for a message.
pub(super) fn list(keys: &[KeyInfo]) -> String {
    let quoted: Vec<_> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
    quoted.join(", ")
}
