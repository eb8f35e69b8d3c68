//! The module `testing`, by the features that are on: nothing here needs a runtime but what
//! says so.

#![cfg(all(feature = "testing", feature = "macros"))]

#[cfg(any(feature = "tokio", feature = "smol"))]
mod clock;
#[cfg(any(feature = "tokio", feature = "smol"))]
mod faults;
#[cfg(any(feature = "tokio", feature = "smol"))]
mod isolation;
#[cfg(any(feature = "tokio", feature = "smol"))]
mod record;
#[cfg(any(feature = "tokio", feature = "smol"))]
mod scope;
mod support;
mod without_timer;
