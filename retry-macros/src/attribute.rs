//! The attributes, from tokens to tokens: parse, check, expand.

use crate::check;
use crate::expand;
use crate::faults::Faults;
use crate::function::Function;
use crate::impl_block;
use crate::markers::Marker;
use crate::non_idempotent as wrapping;
use crate::options::Options;
use crate::plan::Kind;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Attribute;

/// `#[retry(..)]` on a function or on an impl block.
pub(crate) fn retry(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::default();
    let options = Options::parse(tokens.clone(), &mut faults);
    if impl_block::is_impl(&item) {
        return impl_block::retry(&options, tokens, item, faults);
    }
    on_function("retry", item, faults, |function, faults| {
        retry_function(options, Kind::Any, function, faults)
    })
}

/// `#[retry_unsent(..)]`: it looks at the function when all other attributes
/// have left their marks.
pub(crate) fn retry_unsent(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::default();
    let options = Options::parse(tokens.clone(), &mut faults);
    on_function("retry_unsent", item, faults, |mut function, faults| {
        let is_foreign =
            |attr: &Attribute| wrapping::is_macro(attr) && !is_named(attr, "non_idempotent_last");
        if function.attrs.iter().any(is_foreign) && faults.is_empty() {
            let rt = check::runtime(&options);
            let last = syn::parse_quote!(#[#rt::retry_unsent_last(#tokens)]);
            // What wraps the future comes after what repeats it.
            let wraps = |attr: &Attribute| is_named(attr, "non_idempotent_last");
            let at = function.attrs.iter().position(wraps);
            function
                .attrs
                .insert(at.unwrap_or(function.attrs.len()), last);
            return with_faults(function.into_token_stream(), faults);
        }
        retry_function(options, Kind::Unsent, function, faults)
    })
}

/// `#[retry_unsent(..)]` behind all other attributes.
pub(crate) fn retry_unsent_last(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Faults::default();
    let options = Options::parse(tokens, &mut faults);
    on_function("retry_unsent", item, faults, |function, faults| {
        retry_function(options, Kind::Unsent, function, faults)
    })
}

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

/// `#[idempotent]`.
pub(crate) fn idempotent(tokens: TokenStream, item: TokenStream) -> TokenStream {
    on_marked("idempotent", tokens, item, |_, mut function, mut faults| {
        if Marker::NonIdempotent.is_on(&function) {
            faults.at(Span::call_site(), wrapping::BOTH);
        }
        Marker::Idempotent.put_on(&mut function);
        with_faults(function.into_token_stream(), faults)
    })
}

/// `#[non_idempotent]`.
pub(crate) fn non_idempotent(tokens: TokenStream, item: TokenStream) -> TokenStream {
    on_marked("non_idempotent", tokens, item, wrapping::first)
}

/// `#[non_idempotent]` behind all other attributes.
pub(crate) fn non_idempotent_last(tokens: TokenStream, item: TokenStream) -> TokenStream {
    on_marked("non_idempotent", tokens, item, wrapping::last)
}

/// An attribute that marks a function and has no options but `crate`.
fn on_marked(
    name: &str,
    tokens: TokenStream,
    item: TokenStream,
    then: impl FnOnce(&Options, Function, Faults) -> TokenStream,
) -> TokenStream {
    let mut faults = Faults::default();
    let options = Options::parse(tokens, &mut faults);
    options.allow_only(&["crate"], name, &mut faults);
    on_function(name, item, faults, |function, faults| {
        then(&options, function, faults)
    })
}

/// Reads the function; anything else is an error.
fn on_function(
    name: &str,
    item: TokenStream,
    mut faults: Faults,
    then: impl FnOnce(Function, Faults) -> TokenStream,
) -> TokenStream {
    match syn::parse2::<Function>(item.clone()) {
        Ok(function) => then(function, faults),
        Err(error) => {
            faults.push(not_a_function(name, &error));
            with_faults(item, faults)
        }
    }
}

/// A method of an impl block: `{options of the block} {options of the method}`.
pub(crate) fn retry_method(tokens: TokenStream, item: TokenStream) -> TokenStream {
    impl_block::method(tokens, item)
}

/// The item as it was, and what is wrong with it.
pub(crate) fn with_faults(item: TokenStream, faults: Faults) -> TokenStream {
    let errors = faults.into_tokens();
    code!(#item #errors)
}

fn not_a_function(name: &str, error: &syn::Error) -> syn::Error {
    let on = if name == "retry" {
        "functions, methods and impl blocks"
    } else {
        "functions and methods"
    };
    syn::Error::new(
        Span::call_site(),
        format!("`#[{name}]` goes on {on}: {error}"),
    )
}

/// Whether an attribute is ours, as far as its spelling tells.
pub(crate) fn is_named(attr: &Attribute, name: &str) -> bool {
    attr.path()
        .segments
        .last()
        .is_some_and(|last| last.ident == name)
}
