//! One function for each attribute: it reads the item and leads it to what the
//! attribute does.

use crate::check;
use crate::expand::{self, non_idempotent};
use crate::impl_block;
use crate::options::Options;
use crate::plan::RetryAttribute;
use crate::retry::retry_function;
use crate::syntax::attributes::{is_macro, is_named};
use crate::syntax::errors::{Errors, with_errors};
use crate::syntax::function::Function;
use crate::syntax::markers::{self, Marker};
use crate::syntax::runtime_path::{Home, RuntimePath};
use crate::syntax::tokens::code;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Attribute;

/// `#[retry(..)]` on a function or on an impl block.
pub(crate) fn retry(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(tokens.clone(), &mut errors);
    if impl_block::is_impl(&item) {
        return impl_block::retry(&options, tokens, item, errors);
    }
    on_function("retry", item, errors, |function, errors| {
        retry_function(options, RetryAttribute::Retry, function, errors)
    })
}

/// `#[retry_unsent(..)]`: where the function has other attribute macros, they are
/// expanded first, so that their markers can be read.
pub(crate) fn retry_unsent(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(tokens.clone(), &mut errors);
    on_function("retry_unsent", item, errors, |mut function, errors| {
        let is_foreign =
            |attr: &Attribute| is_macro(attr) && !is_named(attr, "non_idempotent_last");
        if function.attrs.iter().any(is_foreign) && errors.is_empty() {
            let rt = options.runtime();
            let last = syn::parse_quote!(#[#rt::retry_unsent_last(#tokens)]);
            // `non_idempotent_last` wraps the future that the loop stands in, so it has
            // to be expanded after the loop is written.
            let wraps = |attr: &Attribute| is_named(attr, "non_idempotent_last");
            let at = function.attrs.iter().position(wraps);
            function
                .attrs
                .insert(at.unwrap_or(function.attrs.len()), last);
            return with_errors(function.into_token_stream(), errors);
        }
        retry_function(options, RetryAttribute::RetryUnsent, function, errors)
    })
}

/// `#[retry_unsent(..)]`, once all other attributes are expanded.
pub(crate) fn retry_unsent_last(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(tokens, &mut errors);
    on_function("retry_unsent", item, errors, |function, errors| {
        retry_function(options, RetryAttribute::RetryUnsent, function, errors)
    })
}

/// `#[idempotent]`.
pub(crate) fn idempotent(tokens: TokenStream, item: TokenStream, home: Home) -> TokenStream {
    on_marked(
        "idempotent",
        tokens,
        item,
        |options, mut function, mut errors| {
            if Marker::NonIdempotent.is_on(&function) {
                errors.at(Span::call_site(), BOTH);
            }
            // The checks are the runtime's: `retry-idempotency` has the marks alone.
            if home == Home::Runtime && !is_checked(&function) {
                check::key::check_declared(&function, &mut errors);
                expand::check_declared(&mut function, &options.runtime());
            }
            Marker::Idempotent.put_on(&mut function);
            with_errors(function.into_token_stream(), errors)
        },
    )
}

/// Whether another attribute checks, or has checked, what the body calls, as far as
/// spelling tells.
fn is_checked(function: &Function) -> bool {
    const CHECKING: &[&str] = &["non_idempotent", "retry", "retry_method", "retry_unsent"];
    let is_below = |name: &&str| function.attrs.iter().any(|attr| is_named(attr, name));
    markers::is_retried(function)
        || Marker::NonIdempotent.is_on(function)
        || CHECKING.iter().any(is_below)
}

/// `#[non_idempotent]`.
pub(crate) fn non_idempotent(tokens: TokenStream, item: TokenStream, home: Home) -> TokenStream {
    on_marked(
        "non_idempotent",
        tokens,
        item,
        |options, function, errors| {
            non_idempotent_first(&options.runtime_or(home), function, errors)
        },
    )
}

/// `#[non_idempotent]`, once all other attributes are expanded.
pub(crate) fn non_idempotent_last(
    tokens: TokenStream,
    item: TokenStream,
    home: Home,
) -> TokenStream {
    on_marked(
        "non_idempotent",
        tokens,
        item,
        |options, mut function, errors| {
            non_idempotent::wrap(&mut function, &options.runtime_or(home));
            with_errors(function.into_token_stream(), errors)
        },
    )
}

/// `#[non_idempotent]` where the user wrote it. Attribute macros below it, such as
/// `#[tracing::instrument(err)]`, have to see the function as it was: then the future
/// is wrapped by `non_idempotent_last`, after them.
fn non_idempotent_first(
    rt: &RuntimePath,
    mut function: Function,
    mut errors: Errors,
) -> TokenStream {
    if markers::is_retried(&function) && !Marker::RetryUnsent.is_on(&function) {
        errors.at(Span::call_site(), check::NON_IDEMPOTENT);
    }
    if Marker::Idempotent.is_on(&function) {
        errors.at(Span::call_site(), BOTH);
        return with_errors(function.into_token_stream(), errors);
    }
    non_idempotent::check(&function, &mut errors);
    if function.attrs.iter().any(is_macro) {
        let path = rt.crate_path().map(|path| code!(crate = #path));
        let last: Attribute = syn::parse_quote!(#[#rt::non_idempotent_last(#path)]);
        function.attrs.push(last);
    } else {
        non_idempotent::wrap(&mut function, rt);
    }
    // Around the body, whose own braces stay as they are.
    Marker::NonIdempotent.put_on(&mut function);
    with_errors(function.into_token_stream(), errors)
}

const BOTH: &str =
    "a function is either `#[idempotent]` or `#[non_idempotent]`: keep the one that is true";

/// An attribute that marks a function and has no options but `crate`.
fn on_marked(
    name: &str,
    tokens: TokenStream,
    item: TokenStream,
    then: impl FnOnce(&Options, Function, Errors) -> TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(tokens, &mut errors);
    options.refuse_all_but_crate(name, &mut errors);
    on_function(name, item, errors, |function, errors| {
        then(&options, function, errors)
    })
}

/// Parses the item as a function; anything else is an error.
fn on_function(
    name: &str,
    item: TokenStream,
    mut errors: Errors,
    then: impl FnOnce(Function, Errors) -> TokenStream,
) -> TokenStream {
    match syn::parse2::<Function>(item.clone()) {
        Ok(function) => then(function, errors),
        Err(error) => {
            errors.push(not_a_function(name, &error));
            with_errors(item, errors)
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
