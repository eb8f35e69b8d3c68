//! The attributes, from tokens to tokens: parse, check, expand.

use crate::check;
use crate::expand::{self, non_idempotent};
use crate::impl_block;
use crate::options::Options;
use crate::plan::Kind;
use crate::retry::retry_function;
use crate::syntax::attributes::{is_macro, is_named};
use crate::syntax::errors::{Faults, with_faults};
use crate::syntax::function::Function;
use crate::syntax::markers::Marker;
use crate::syntax::tokens::code;
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
            |attr: &Attribute| is_macro(attr) && !is_named(attr, "non_idempotent_last");
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

/// `#[idempotent]`.
pub(crate) fn idempotent(tokens: TokenStream, item: TokenStream) -> TokenStream {
    on_marked(
        "idempotent",
        tokens,
        item,
        |options, mut function, mut faults| {
            if Marker::NonIdempotent.is_on(&function) {
                faults.at(Span::call_site(), BOTH);
            }
            if !is_looked_at(&function) {
                expand::check_declared(&mut function, &check::runtime(options));
            }
            Marker::Idempotent.put_on(&mut function);
            with_faults(function.into_token_stream(), faults)
        },
    )
}

/// Whether another attribute looks, or has looked, at what the body calls, as far
/// as spelling tells.
fn is_looked_at(function: &Function) -> bool {
    const LOOKING: &[&str] = &["non_idempotent", "retry", "retry_method", "retry_unsent"];
    let is_below = |name: &&str| function.attrs.iter().any(|attr| is_named(attr, name));
    Marker::Retried.is_on(function)
        || Marker::NonIdempotent.is_on(function)
        || LOOKING.iter().any(is_below)
}

/// `#[non_idempotent]`.
pub(crate) fn non_idempotent(tokens: TokenStream, item: TokenStream) -> TokenStream {
    on_marked("non_idempotent", tokens, item, non_idempotent_first)
}

/// `#[non_idempotent]` behind all other attributes.
pub(crate) fn non_idempotent_last(tokens: TokenStream, item: TokenStream) -> TokenStream {
    on_marked("non_idempotent", tokens, item, non_idempotent_after_others)
}

/// The attribute where the user wrote it: behind it there may be attribute
/// macros that want to see the plain function, such as
/// `#[tracing::instrument(err)]`. They get it, and the wrapping comes last.
fn non_idempotent_first(
    options: &Options,
    mut function: Function,
    mut faults: Faults,
) -> TokenStream {
    if Marker::Retried.is_on(&function) && !Marker::Unsent.is_on(&function) {
        faults.at(Span::call_site(), check::NON_IDEMPOTENT);
    }
    if Marker::Idempotent.is_on(&function) {
        faults.at(Span::call_site(), BOTH);
        return with_faults(function.into_token_stream(), faults);
    }
    non_idempotent::check(&function, &mut faults);
    Marker::NonIdempotent.put_on(&mut function);
    let rt = check::runtime(options);
    if function.attrs.iter().any(is_macro) {
        let path = options.crate_path.as_ref().map(|path| code!(crate = #path));
        let last: Attribute = syn::parse_quote!(#[#rt::non_idempotent_last(#path)]);
        function.attrs.push(last);
    } else {
        non_idempotent::wrap(&mut function, &rt);
    }
    with_faults(function.into_token_stream(), faults)
}

/// After all other attributes of the function.
fn non_idempotent_after_others(
    options: &Options,
    mut function: Function,
    faults: Faults,
) -> TokenStream {
    non_idempotent::wrap(&mut function, &check::runtime(options));
    with_faults(function.into_token_stream(), faults)
}

const BOTH: &str =
    "a function is either `#[idempotent]` or `#[non_idempotent]`: keep the one that is true";

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
