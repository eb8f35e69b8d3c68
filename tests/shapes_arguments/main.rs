//! Arguments of retried functions: lent to every attempt as the call gave them.

#![allow(
    clippy::all,
    reason = "shapes are written as users may write them, also where there is a shorter way"
)]

mod body;
#[path = "../common/mod.rs"]
mod common;
mod drops;
mod lent;
mod patterns;
mod signature;
