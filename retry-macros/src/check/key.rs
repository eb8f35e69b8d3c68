//! The key of a call: whether it is sent, and is one for all attempts.

use crate::options::Options;
use crate::syntax::errors::Errors;
use crate::syntax::function::Function;
use crate::syntax::keys;
use crate::syntax::signature::{self, FunctionKind};
use quote::ToTokens;

/// Whether the call's key is made here: not where it names an argument.
pub(super) fn check(options: &Options, function: &Function, errors: &mut Errors) -> bool {
    let Some(key) = options.key.value() else {
        return false;
    };
    if !keys::is_used(&function.body_tokens(), key) {
        errors.at(
            key.span(),
            format!("`{key}` is not used: send it with the request, so that the server sees a repetition, or drop `key`"),
        );
    }
    !signature::is_argument(key, &function.sig)
}

/// Refuses a key that is made in the attempt or before a retry: it is another one each time.
pub(super) fn check_made(
    options: &Options,
    function: &Function,
    kind: FunctionKind,
    errors: &mut Errors,
) {
    let hook = options.before_retry.value();
    let attempt = names_a_key(function).then(|| keys::attempt_of(function, kind));
    for tokens in attempt
        .into_iter()
        .chain(hook.map(|hook| hook.body.to_token_stream()))
    {
        for span in keys::made_in(&tokens) {
            errors.at(span, "each attempt would send another key, and the server would see another request: bind the call's key with `key = key` in the attribute, or take the key as an argument");
        }
    }
}

/// The same of a function that is only declared `#[idempotent]`: whoever calls it again
/// sends another key.
pub(crate) fn check_declared(function: &Function, errors: &mut Errors) {
    if !names_a_key(function) {
        return;
    }
    for span in keys::made_in(&function.body_tokens()) {
        errors.at(span, "an `#[idempotent]` function makes a key: called again, it would send another, and the server would see another request: take the key as an argument, or declare the function `#[non_idempotent]`");
    }
}

/// Most bodies do not, and are not read for it.
fn names_a_key(function: &Function) -> bool {
    function.words().contain_any(&[keys::TYPE])
}
