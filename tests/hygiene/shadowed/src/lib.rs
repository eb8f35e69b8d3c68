//! Generated code names nothing by a name that the user can give another
//! meaning: here they all have one.

#![allow(
    dead_code,
    unused_macros,
    missing_docs,
    non_camel_case_types,
    clippy::wrong_self_convention,
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

/// Methods that every type has, and that take it by value: method look-up finds them before
/// what takes a reference.
macro_rules! methods_of_everything {
    ($($name:ident)*) => {
        pub trait Everything: ::core::marker::Sized {
            $(fn $name(self) -> NotThis {
                NotThis
            })*
        }
    };
}
pub struct NotThis;
methods_of_everything! {
    admit as_mut ask attempt begin begin_after budget call called check copy current cut
    deadline delays end end_before ended error failed failed_at failure fault forget hedge
    into_error is_after_failure is_on_retry is_probe is_retry is_some is_some_and known limit
    name next number own paid_by paid_by_own pass payer poll probe project rejected response
    retries retry_until retrying retrying_after ruled ruling scope scope_with_nested settle
    shown spend succeeded succeeded_at take_last target to under unpaid unsent_only unstarted
    wait
}
impl<T> Everything for T {}

::core::include!("shapes.rs");
::core::include!("idempotency.rs");
