//! The attributes of `retry-runtime`. **Depend on that crate**, which
//! re-exports them; they do not work without it.
//!
//! One stage a file: the tokens of the attribute and of the item are parsed
//! (`options`, `function`), checked into a plan (`check`), and the plan is
//! expanded (`expand`). An option's name is its file's name under `options/`.

// Tokens are handed on by value, as the compiler hands them over; and what is
// parsed of one function need not be packed tightly.
#![allow(clippy::needless_pass_by_value, clippy::large_enum_variant)]

/// Generated tokens: their names are none of the user's (`mixed_site`), where
/// `quote!` would mix them with his.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

mod attribute;
mod awaits;
mod check;
mod declared;
mod expand;
mod faults;
mod function;
#[cfg(test)]
mod golden;
mod impl_block;
mod literal;
mod markers;
mod meant;
mod non_idempotent;
mod operation;
mod options;
mod parameters;
mod place;
mod plan;
mod returns;
mod scan;
mod shape;
mod site;
mod transient;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/retry.md")]
#[proc_macro_attribute]
pub fn retry(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::retry(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/idempotent.md")]
#[proc_macro_attribute]
pub fn idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::idempotent(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/non_idempotent.md")]
#[proc_macro_attribute]
pub fn non_idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::non_idempotent(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/retry_unsent.md")]
#[proc_macro_attribute]
pub fn retry_unsent(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::retry_unsent(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/operation.md")]
#[proc_macro_derive(Operation, attributes(operation))]
pub fn operation(item: TokenStream) -> TokenStream {
    operation::derive(item.into()).into()
}

#[doc = include_str!("../docs/transient.md")]
#[proc_macro_derive(Transient, attributes(transient))]
pub fn transient(item: TokenStream) -> TokenStream {
    transient::derive(item.into()).into()
}

/// `#[non_idempotent]` behind a function's other attributes.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn non_idempotent_last(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::non_idempotent_last(options.into(), item.into()).into()
}

/// `#[retry_unsent]` behind a function's other attributes.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn retry_unsent_last(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::retry_unsent_last(options.into(), item.into()).into()
}

/// The end of the line for a method of an impl block under `#[retry(..)]`: it
/// runs after the method's other attributes and reads the marks they left.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn retry_method(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::retry_method(options.into(), item.into()).into()
}
