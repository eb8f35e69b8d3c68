//! The attributes of `retry-runtime`. **Depend on that crate**, which
//! re-exports them; they do not work without it.
//!
//! `entry` reads the item and knows each attribute; `retry` leads a function
//! through the stages: its `options` are parsed, `check` compares them with one
//! another and with the function, `plan` holds what is to be written, `expand`
//! writes it. `impl_block` does it for the methods of an impl block, `derive` has
//! the derives, and `syntax` what all of them know of Rust.

// Token streams are passed by value, as in the signature of a procedural macro. The
// enums are built once for each function, so their size does not matter.
#![allow(clippy::needless_pass_by_value, clippy::large_enum_variant)]

mod check;
mod derive;
mod entry;
mod expand;
#[cfg(test)]
mod generated_names;
#[cfg(test)]
mod golden;
mod impl_block;
mod options;
mod plan;
mod retry;
mod syntax;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/retry.md")]
#[proc_macro_attribute]
pub fn retry(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::retry(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/idempotent.md")]
#[proc_macro_attribute]
pub fn idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::idempotent(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/non_idempotent.md")]
#[proc_macro_attribute]
pub fn non_idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::non_idempotent(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/retry_unsent.md")]
#[proc_macro_attribute]
pub fn retry_unsent(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::retry_unsent(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/operation.md")]
#[proc_macro_derive(Operation, attributes(operation))]
pub fn operation(item: TokenStream) -> TokenStream {
    derive::operation::derive(item.into()).into()
}

#[doc = include_str!("../docs/transient.md")]
#[proc_macro_derive(Transient, attributes(transient))]
pub fn transient(item: TokenStream) -> TokenStream {
    derive::transient::derive(item.into()).into()
}

/// `#[non_idempotent]`, once all other attributes of the function are expanded.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn non_idempotent_last(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::non_idempotent_last(options.into(), item.into()).into()
}

/// `#[retry_unsent]`, once all other attributes of the function are expanded.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn retry_unsent_last(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::retry_unsent_last(options.into(), item.into()).into()
}

/// Put on each method of an impl block under `#[retry(..)]`, as its last attribute: it
/// is expanded after the others, and reads the markers that they left.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn retry_method(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::retry_method(options.into(), item.into()).into()
}
