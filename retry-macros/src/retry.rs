//! `#[retry]` and `#[retry_unsent]` on one function: parse, check, expand.

use crate::check;
use crate::expand;
use crate::options::Options;
use crate::plan::Kind;
use crate::syntax::errors::{Faults, with_faults};
use crate::syntax::function::Function;
use crate::syntax::markers::Marker;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use quote::ToTokens;

/// A function with its own options.
pub(crate) fn retry_function(
    options: Options,
    kind: Kind,
    mut function: Function,
    mut faults: Faults,
) -> TokenStream {
    let plan = check::check(options.clone(), kind, &function, &mut faults);
    match plan {
        Some(plan) if faults.is_empty() => {
            let mut expanded = expand::expand(function, &plan);
            Marker::Retried.put_on(&mut expanded);
            if plan.is_unsent() {
                Marker::Unsent.put_on(&mut expanded);
            }
            with_faults(expanded.into_token_stream(), faults)
        }
        _ => {
            bind_names(&options, &mut function);
            with_faults(function.into_token_stream(), faults)
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
