//! The words in which retry policies are written: durations (`1.5s`), backoffs
//! (`exp(100ms, 1.5, 1s)`) and jitters (`equal`), parsed, validated and printed.
//!
//! **Depend on `retry-runtime` instead**, which re-exports [`Backoff`], [`Jitter`] and
//! [`InvalidPolicy`]. This crate exists so that the attribute (at compile time) and the runtime
//! (for policies read from text) accept the same words and give the same messages.
//!
//! Nothing here reads a clock or draws a random number: both are passed in.
//!
//! ```
//! use retry_words::{Backoff, Jitter};
//! use std::time::Duration;
//!
//! let backoff: Backoff = "exp(100ms, 1.5, 1s)".parse()?;
//! let second = backoff.delay(2, Duration::from_millis(100), 0.0);
//! assert_eq!(second, Duration::from_millis(150));
//! assert_eq!(Jitter::EQUAL.apply(second, 0.5), Duration::from_micros(112_500));
//! # Ok::<(), retry_words::InvalidPolicy>(())
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod backoff;
mod duration;
mod invalid;
mod jitter;
mod limits;
mod misspelt;
mod nanos;
mod quoted;
#[cfg(feature = "serde")]
mod serde;

pub use backoff::Backoff;
pub use backoff::kinds::{BackoffKind, KINDS};
pub use backoff::text::Argument;
pub use duration::parse::parse_duration;
pub use duration::print::DurationWords;
pub use invalid::InvalidPolicy;
pub use jitter::Jitter;
pub use limits::{Limits, check_limits};
#[doc(hidden)]
pub use misspelt::misspelt;

/// With the feature `arbitrary_precision` of `serde_json`, which any crate of a build can
/// enable, a number is read as a map with this one key, and its value is the number's text.
#[doc(hidden)]
pub const PRECISE_NUMBER: &str = "$serde_json::private::Number";
