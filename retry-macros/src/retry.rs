//! `#[retry]` and `#[retry_unsent]` on one function: parse, check, expand.

use crate::check;
use crate::expand;
use crate::options::Options;
use crate::plan::RetryAttribute;
use crate::syntax::errors::{Errors, with_errors};
use crate::syntax::function::Function;
use crate::syntax::markers::Marker;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use quote::ToTokens;

/// A function with its own options.
pub(crate) fn retry_function(
    options: Options,
    attribute: RetryAttribute,
    mut function: Function,
    mut errors: Errors,
) -> TokenStream {
    let plan = check::check(options.clone(), attribute, &function, &mut errors);
    match plan {
        Some(plan) if errors.is_empty() => {
            let mut expanded = expand::expand(function, &plan);
            Marker::Retried.put_on(&mut expanded);
            if plan.is_unsent() {
                Marker::Unsent.put_on(&mut expanded);
            }
            with_errors(expanded.into_token_stream(), errors)
        }
        _ => {
            bind_names(&options, &mut function);
            with_errors(function.into_token_stream(), errors)
        }
    }
}

/// The names that options bind in the body are bound on errors too, so that
/// none follows from their absence.
fn bind_names(options: &Options, function: &mut Function) {
    let rt = check::runtime(options);
    let attempt = options
        .attempt
        .as_ref()
        .map(|name| code!(#[allow(unused)] let #name = #rt::stand_in::<#rt::Attempt>();));
    let key = options
        .key
        .as_ref()
        .map(|name| code!(#[allow(unused)] let #name = #rt::stand_in::<#rt::IdempotencyKey>();));
    if attempt.is_some() || key.is_some() {
        let body = function.body_tokens();
        function.set_body(code!(#attempt #key #body));
    }
}
