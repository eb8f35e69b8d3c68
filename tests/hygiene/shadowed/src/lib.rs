//! Generated code names nothing by a name that the user can give another
//! meaning: here they all have one.

#![allow(
    dead_code,
    unused_macros,
    missing_docs,
    non_camel_case_types,
    reason = "the names below are there to be in the way"
)]

pub mod std {}
pub mod core {}
pub mod alloc {}
pub mod tokio {}
pub mod retry_runtime {}
pub mod __private {}

pub struct Result;
pub struct Option;
pub struct Box;
pub struct Duration;
pub struct Policy;
pub struct Backoff;
pub struct Jitter;
pub struct Verdict;
pub struct Attempt;
pub struct Elapsed;
pub struct Call;
pub struct Site;
pub struct Future;
pub struct Pin;
pub trait Transient {}
pub trait Outcome {}
pub trait From {}
pub trait Into {}
pub trait IntoIterator {}
pub trait Send {}
pub trait Copy {}
pub trait Default {}

pub enum Shadows {
    Ok,
    Err,
    Some,
    None,
}
pub use Shadows::{Err, None, Ok, Some};

pub fn drop() {}
pub fn sleep() {}
pub fn failed() {}
pub fn answer() {}
pub fn ask() {}

macro_rules! concat {
    () => {};
}
macro_rules! module_path {
    () => {};
}
macro_rules! panic {
    () => {};
}

::core::include!("shapes.rs");
::core::include!("idempotency.rs");
