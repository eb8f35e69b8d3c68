//! One file a contender. Each has a `Client` with the same methods:
//!
//! | method | what it does |
//! | --- | --- |
//! | `get` | the job |
//! | `at_once` | the job without delays |
//! | `page` | the job with a body that holds 1 KiB |
//! | `both` | the job with a body that makes two retried calls |

pub mod backoff;
pub mod backon;
pub mod backon_macros;
pub mod hand;
pub mod hand_lean;
pub mod mulligan;
pub mod ours;
pub mod ours_default;
pub mod ours_run;
pub mod tokio_retry2;
pub mod tower;
pub mod tryhard;

/// Calls a macro with the names of all contenders, the hand-written loop first.
#[macro_export]
macro_rules! for_each_contender {
    ($each:ident) => {
        $each! {
            hand hand_lean ours ours_default ours_run
            backon backon_macros backoff tokio_retry2 tryhard tower mulligan
        }
    };
}

/// The client that every contender has methods for.
macro_rules! client {
    () => {
        /// A client.
        #[derive(Clone, Copy)]
        pub struct Client<'s> {
            service: &'s $crate::Service,
        }

        impl<'s> Client<'s> {
            /// A client of `service`.
            #[must_use]
            pub const fn new(service: &'s $crate::Service) -> Self {
                Self { service }
            }
        }
    };
}
use client;
