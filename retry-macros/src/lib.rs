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
#[cfg(test)]
mod tests;

use self::syntax::runtime_path::Home;
use proc_macro::TokenStream;

#[doc = include_str!("../docs/retry.md")]
#[proc_macro_attribute]
pub fn retry(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::retry(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/idempotent.md")]
#[proc_macro_attribute]
pub fn idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::idempotent(options.into(), item.into(), Home::Runtime).into()
}

#[doc = include_str!("../docs/non_idempotent.md")]
#[proc_macro_attribute]
pub fn non_idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::non_idempotent(options.into(), item.into(), Home::Runtime).into()
}

#[doc = include_str!("../docs/retry_unsent.md")]
#[proc_macro_attribute]
pub fn retry_unsent(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::retry_unsent(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/operation.md")]
#[proc_macro_derive(Operation, attributes(operation))]
pub fn operation(item: TokenStream) -> TokenStream {
    derive::operation::derive(item.into(), Home::Runtime).into()
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
    entry::non_idempotent_last(options.into(), item.into(), Home::Runtime).into()
}

/// `#[retry_unsent]`, once all other attributes of the function are expanded.
///
/// ```
/// use retry_runtime::{non_idempotent, retry_unsent};
///
/// #[retry_unsent]
/// #[non_idempotent]
/// async fn charge(cents: u64) -> std::io::Result<u64> {
///     Ok(cents)
/// }
/// # let _ = charge(100);
/// ```
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

/// Declares that running a function twice has the same effect as running it once, so
/// that it may be retried: `#[idempotent]` of a library that depends on the marks alone.
///
/// ```
/// use retry_idempotency::idempotent;
///
/// #[idempotent]
/// pub async fn rename(user: u64, name: &str) -> std::io::Result<()> {
///     # let _ = (user, name);
///     Ok(())
/// }
/// # let _ = rename(1, "Ada");
/// ```
///
/// The attribute of the same name in `retry-runtime` checks the function, too: that it
/// takes and awaits nothing that must not run twice. This one is a declaration and no more.
#[proc_macro_attribute]
pub fn marked_idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::idempotent(options.into(), item.into(), Home::Marks).into()
}

/// Declares that a function must not run twice: a second run would order, charge or
/// append once more.
///
/// ```
/// use retry_idempotency::{NonIdempotent, non_idempotent};
///
/// #[non_idempotent]
/// pub async fn charge(cents: u64) -> std::io::Result<u64> {
///     Ok(cents)
/// }
/// let _: NonIdempotent<_> = charge(100);
/// ```
///
/// It returns [`NonIdempotent`](https://docs.rs/retry-idempotency/latest/retry_idempotency/struct.NonIdempotent.html),
/// which is awaited like the future inside it. `#[retry]` of `retry-runtime`, in whatever
/// version, refuses to be on or around such a function; its documentation of
/// `#[non_idempotent]` tells all of it.
///
/// ```compile_fail
/// use retry_idempotency::non_idempotent;
/// use retry_runtime::retry;
///
/// # #[non_idempotent]
/// # pub async fn charge(cents: u64) -> std::io::Result<u64> { Ok(cents) }
/// #[retry]
/// async fn buy() -> std::io::Result<u64> {
///     charge(100).await // error
/// }
/// ```
#[proc_macro_attribute]
pub fn marked_non_idempotent(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::non_idempotent(options.into(), item.into(), Home::Marks).into()
}

/// `#[non_idempotent]` of the marks, once all other attributes are expanded.
///
/// ```
/// #[retry_idempotency::non_idempotent]
/// #[tokio::main(flavor = "current_thread")]
/// async fn charge(cents: u64) -> u64 {
///     cents
/// }
/// assert_eq!(charge(100), 100);
/// ```
#[doc(hidden)]
#[proc_macro_attribute]
pub fn marked_non_idempotent_last(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::non_idempotent_last(options.into(), item.into(), Home::Marks).into()
}

/// Says of a request type what happens when it is executed twice: an impl of
/// `Operation`.
///
/// ```
/// use retry_idempotency::Operation;
///
/// #[derive(Operation)]
/// #[operation(keyed)] // or `safe`, `idempotent`, `non_idempotent`
/// pub struct PlaceOrder {
///     pub item: u64,
/// }
/// # fn declared<O: Operation>() {}
/// # declared::<PlaceOrder>();
/// ```
///
/// An enum has a class, or each of its variants has one, and the enum the weakest of
/// them. `#[operation(safe, crate = path)]` says where the crate is, if it goes by
/// another name.
#[proc_macro_derive(MarkedOperation, attributes(operation))]
pub fn marked_operation(item: TokenStream) -> TokenStream {
    derive::operation::derive(item.into(), Home::Marks).into()
}
