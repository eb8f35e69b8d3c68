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
mod kind;
mod limits;
mod misspelt;
mod nanos;
#[cfg(feature = "serde")]
mod serde;
mod word;

pub use backoff::Backoff;
pub use duration::{DurationWords, parse_duration};
pub use invalid::InvalidPolicy;
pub use jitter::Jitter;
pub use kind::{Argument, KINDS, Kind};
pub use limits::check_limits;
#[doc(hidden)]
pub use misspelt::misspelt;

/// The one name in what stands for a number where any crate has turned on the
/// feature `arbitrary_precision` of `serde_json`; its value is the number's text.
#[doc(hidden)]
pub const PRECISE_NUMBER: &str = "$serde_json::private::Number";
