//! Measurements of retries against peers: the same job, done by each of them as
//! its own documentation recommends.
//!
//! The job: a client's method that takes a number and a `String`, asks a service
//! that may fail, and tries again when the failure is transient: at most 3
//! retries, after 100 ms, 150 ms and 225 ms (1 s at most), with jitter.

pub mod contenders;
pub mod outage;
mod service;

pub use service::{Fault, Service, is_transient, run, skip};

/// The name that a contender is called with: owned, where it takes owned
/// arguments. It owns no memory, so that only the retrying is measured.
#[macro_export]
macro_rules! name_for {
    (backon_macros) => {
        ""
    };
    ($contender:ident) => {
        String::new()
    };
}
