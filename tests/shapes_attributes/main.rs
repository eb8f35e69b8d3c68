//! Other attributes and qualifiers around `#[retry]`.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]
#![deny(deprecated, unused_must_use)]

#[path = "../common/mod.rs"]
mod common;
mod instrument_fn;
mod instrument_methods;
mod language;
mod trace;

use std::time::Duration;

fn at_once(_: Duration) {}
