//! `policy.run(..)`: every word of it, on a clock that stands still.

#![cfg(feature = "tokio")]

mod before_retry;
mod budget;
mod future;
mod kinds;
mod limits;
mod retries;
mod support;
